import type { RolloutStatus } from '../../../results/rollout-status.ts';
import { Empty, Shown } from '../components/states.tsx';
import type { RolloutAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { link } from '../shell/location.ts';
import { Page } from '../shell/page.tsx';
import { useScope } from '../shell/scope.ts';
import { CopiesPanel } from './rollout/copies-panel.tsx';
import { LimitsPanel } from './rollout/limits-panel.tsx';
import { PastPanels } from './rollout/past-panels.tsx';
import { RolloutSummary } from './rollout/summary.tsx';
import { UsersPanel } from './rollout/users-panel.tsx';

export function RolloutPage() {
  const { service } = useScope();
  const found = useResource<RolloutAnswer>('rollout', { service });
  return (
    <Page title="Rollout" filters="service">
      <Shown resource={found}>
        {({ rollouts }) => {
          const [only, ...others] = rollouts;
          if (only === undefined) return <NoRollout service={service} />;
          if (others.length > 0) return rollouts.map((each) => <RolloutSummary key={each.service} of={each} />);
          return <Whole of={only} />;
        }}
      </Shown>
    </Page>
  );
}

function Whole({ of }: { readonly of: RolloutStatus }) {
  return (
    <>
      <RolloutSummary of={of} />
      <div class="grid">
        {of.step && <UsersPanel step={of.step} />}
        {of.step && <CopiesPanel service={of.service} step={of.step} />}
        <LimitsPanel of={of} />
        <PastPanels of={of} />
      </div>
    </>
  );
}

function NoRollout({ service }: { readonly service: string | undefined }) {
  return (
    <Empty title={service === undefined ? 'No service has a rollout.' : `The service ${service} has no rollout.`}>
      <p>
        With <code>rollout</code> in the configuration, the shadow serves some of the users, step by step, once its
        verdict passes.
        {service !== undefined && (
          <>
            {' '}
            <a href={link(['rollout'], { service: undefined })}>Rollouts of other services</a>
          </>
        )}
      </p>
    </Empty>
  );
}
