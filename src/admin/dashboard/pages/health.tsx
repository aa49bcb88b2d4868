import { Shown } from '../components/states.tsx';
import type { HealthAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { Page } from '../shell/page.tsx';
import { ConfigPanel } from './health/config-panel.tsx';
import { Facts } from './health/facts.tsx';
import { HiddenValues } from './health/hidden-values.tsx';
import { RulesPanel } from './health/rules-panel.tsx';
import { SkipsChart } from './health/skips-chart.tsx';
import { TapesPanel } from './health/tapes-panel.tsx';
import { TargetsPanel } from './health/targets-panel.tsx';
import { ThreadsPanel } from './health/threads-panel.tsx';

export function HealthPage() {
  const health = useResource<HealthAnswer>('health');
  return (
    <Page title="Health">
      <Shown resource={health}>
        {(value) => (
          <>
            <Facts health={value} />
            <div class="grid">
              <TargetsPanel services={value.services} />
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
