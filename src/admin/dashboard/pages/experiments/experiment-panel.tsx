/** One experiment: who takes part, and what each arm brings. */
import { count, share } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { formatShare } from '../../../../lib/share.ts';
import type { ExperimentArm, ExperimentResults } from '../../../../results/experiment-results.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { GoalPanel } from './goal-panel.tsx';

interface ExperimentPanelProps {
  readonly of: ExperimentResults;
  /** Whether there are several services. */
  readonly several: boolean;
}

export function ExperimentPanel({ of, several }: ExperimentPanelProps) {
  const { service, experiment, edition, state, begunAt, lastAt, detect, alpha, doubts, goals } = of;
  // Several editions, and services, may have an experiment of this name.
  const called = `${experiment} of ${service}, edition ${edition}`;
  return (
    <section class="panel first experiment" aria-label={`Experiment ${called}`}>
      <h2>
        {printable(experiment)} {several && <span class="faint">of {printable(service)}</span>}{' '}
        <Badge tone={state === 'running' ? 'info' : 'neutral'}>{state}</Badge>{' '}
        <span class="faint">edition {edition}</span>
      </h2>
      <p class="faint">
        Since <Time at={begunAt} />, last seen <Time at={lastAt} />. It looks for differences of {formatShare(detect)}{' '}
        of the mean; all intervals together hold with {formatShare(1 - alpha)}, however often anybody looks.
      </p>
      {doubts.map((doubt) => (
        <p key={doubt} class="notice warn">
          {printable(doubt)}.
        </p>
      ))}
      <div class="grid">
        <Arms of={of} called={called} />
        {goals.map((goal) => (
          <GoalPanel key={goal.goal} of={goal} called={called} alpha={alpha} />
        ))}
      </div>
    </section>
  );
}

function Arms({ of: { arms, ratio }, called }: Pick<ExperimentPanelProps, 'of'> & { readonly called: string }) {
  const all = arms.reduce((sum, { users }) => sum + users, 0);
  return (
    <section class="panel">
      <h3>Arms</h3>
      <Table name={`Arms of ${called}`} columns={columnsOf(arms, all)} rows={arms} keyOf={({ arm }) => arm} />
      <p class="more">
        <Badge tone={ratio.isEven ? 'good' : 'warn'}>
          {ratio.isEven ? 'users are divided as configured' : 'users are not divided as configured'}
        </Badge>{' '}
        <span class="faint">p = {ratio.probability >= 0.001 ? ratio.probability.toFixed(3) : '<0.001'}</span>
      </p>
    </section>
  );
}

/** Shares are told of those who take part, so that they can be compared with what came. */
function columnsOf(arms: readonly ExperimentArm[], all: number): readonly Column<ExperimentArm>[] {
  const configured = arms.reduce((sum, each) => sum + each.share, 0);
  return [
    {
      key: 'arm',
      title: 'arm',
      look: 'name',
      cell: ({ arm }) => (
        <>
          {printable(arm)} {arm === arms[0]?.arm && <small class="faint">baseline</small>}
        </>
      ),
    },
    { key: 'users', title: 'users', look: 'number', cell: ({ users }) => count(users) },
    { key: 'got', title: 'of all', look: 'number', cell: ({ users }) => share(users, all) },
    { key: 'share', title: 'configured', look: 'number', cell: (arm) => share(arm.share, configured) },
  ];
}
