import { plural } from '../../../lib/figures.ts';
import { Empty, Shown } from '../components/states.tsx';
import type { ExperimentsAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { Page } from '../shell/page.tsx';
import { useScope, useSeveral } from '../shell/scope.ts';
import { ExperimentPanel } from './experiments/experiment-panel.tsx';

export function ExperimentsPage() {
  const { service } = useScope();
  const found = useResource<ExperimentsAnswer>('experiments', { service });
  return (
    <Page title="Experiments" filters="service">
      <Shown resource={found}>{(value) => <Experiments {...value} />}</Shown>
    </Page>
  );
}

function Experiments({ experiments }: ExperimentsAnswer) {
  const several = useSeveral();
  if (experiments.length === 0) return <NoExperiment />;
  const panel = (of: ExperimentsAnswer['experiments'][number]) => (
    <ExperimentPanel key={`${of.service} ${of.experiment} ${of.edition}`} of={of} several={several} />
  );
  const ended = experiments.filter(({ state }) => state === 'ended');
  return (
    <>
      {experiments.filter(({ state }) => state === 'running').map(panel)}
      {ended.length > 0 && (
        <details class="panel">
          <summary>{plural(ended.length, 'experiment')} that ended</summary>
          {ended.map(panel)}
        </details>
      )}
    </>
  );
}

function NoExperiment() {
  return (
    <Empty title="There is no experiment.">
      <p>
        With <code>experiments</code> in the configuration, users get one of several arms, such as a feature that is on
        or off, and what they do then is compared.
      </p>
    </Empty>
  );
}
