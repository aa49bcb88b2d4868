import { Shown } from '../components/states.tsx';
import type { HealthAnswer, VerdictAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { Page } from '../shell/page.tsx';
import { useScope } from '../shell/scope.ts';
import { ConfigPanel } from './health/config-panel.tsx';
import { Facts } from './health/facts.tsx';
import { HiddenValues } from './health/hidden-values.tsx';
import { RulesPanel } from './health/rules-panel.tsx';
import { SkipsChart } from './health/skips-chart.tsx';
import { TapesPanel } from './health/tapes-panel.tsx';
import { TargetsPanel } from './health/targets-panel.tsx';
import { ThreadsPanel } from './health/threads-panel.tsx';

export function HealthPage() {
  const { service, rehearsal } = useScope();
  const health = useResource<HealthAnswer>('health');
  const verdict = useResource<VerdictAnswer>('verdict', { service, rehearsal });
  const losses = verdict.state === 'ready' ? verdict.value.services : [];
  return (
    <Page title="Health">
      <Shown resource={health}>
        {(value) => (
          <>
            <Facts health={ofService(value, service)} losses={losses} />
            <div class="grid">
              <TargetsPanel services={ofService(value, service).services} />
              <ThreadsPanel threads={value.threads} />
              <TapesPanel tapes={value.tapes} />
              <SkipsChart />
            </div>
            <ConfigPanel config={value.config} />
          </>
        )}
      </Shown>
      <RulesPanel />
      <HiddenValues />
    </Page>
  );
}

/** Where one service is chosen, its targets are shown alone. */
function ofService(health: HealthAnswer, chosen: string | undefined): HealthAnswer {
  if (chosen === undefined) return health;
  return { ...health, services: health.services.filter(({ service }) => service === chosen) };
}
