import { plural } from '../../../lib/figures.ts';
import { Empty, Shown } from '../components/states.tsx';
import type { ExperimentsAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { link } from '../shell/location.ts';
import { Page } from '../shell/page.tsx';
import { useScope, useSeveral } from '../shell/scope.ts';
import { ExperimentPanel } from './experiments/experiment-panel.tsx';

export function ExperimentsPage() {
  const { service } = useScope();
  const found = useResource<ExperimentsAnswer>('experiments', { service });
  return (
    <Page title="Experiments" filters="service">
      <Shown resource={found}>{(value) => <Experiments {...value} service={service} />}</Shown>
    </Page>
  );
}

function Experiments({ experiments, service }: ExperimentsAnswer & OfService) {
  const several = useSeveral();
  if (experiments.length === 0) return <NoExperiment service={service} />;
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

interface OfService {
  readonly service: string | undefined;
}

function NoExperiment({ service }: OfService) {
  return (
    <Empty title={service === undefined ? 'There is no experiment.' : `The service ${service} has no experiment.`}>
      <p>
        With <code>experiments</code> in the configuration, users get one of several arms, such as a feature that is on
        or off, and what they do then is compared.
        {service !== undefined && (
          <>
            {' '}
            <a href={link(['experiments'], { service: undefined })}>Experiments of other services</a>
          </>
        )}
      </p>
    </Empty>
  );
}
