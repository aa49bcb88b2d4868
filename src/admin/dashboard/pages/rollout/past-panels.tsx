/** The ramp of the release, and who did what and why. */
import { printable } from '../../../../lib/printable.ts';
import { formatShare } from '../../../../lib/share.ts';
import type { RolloutChange } from '../../../../model/rollout.ts';
import type { RolloutStatus } from '../../../../results/rollout-status.ts';
import { Chart } from '../../components/chart.tsx';
import { Shown } from '../../components/states.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { momentText, Time } from '../../components/time.tsx';
import type { RolloutHistoryAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { rampOf, shareOf } from './ramp.ts';
import { PHASES } from './words.ts';

const SHOWN = 200;

export function PastPanels({ of: { service } }: { readonly of: RolloutStatus }) {
  const history = useResource<RolloutHistoryAnswer>('rollout/history', { service, limit: SHOWN });
  return (
    <>
      <section class="panel">
        <h2>
          Ramp <span class="faint">share of the users on the candidate</span>
        </h2>
        <Shown resource={history}>{({ changes }) => <RampChart changes={changes} />}</Shown>
      </section>
      <section class="panel across">
        <h2>History</h2>
        <Shown resource={history}>
          {({ changes }) =>
            changes.length === 0 ? (
              <p class="faint">Nothing has happened yet.</p>
            ) : (
              <Table name="History" columns={COLUMNS} rows={changes} keyOf={({ revision }) => String(revision)} />
            )
          }
        </Shown>
      </section>
    </>
  );
}

function RampChart({ changes }: RolloutHistoryAnswer) {
  const now = Date.now();
  const ramp = rampOf(changes, now);
  if (ramp === undefined) return <p class="faint">No rollout was started yet.</p>;
  const { times, shares } = ramp;
  const spoken = shares
    .slice(1, -1)
    .map((share, at) => `${formatShare(share)} from ${momentText(times[at + 1]!, now)}`);
  return (
    <Chart
      label={`Share of the users on the candidate: ${spoken.join(', ')}`}
      times={times}
      lines={[{ name: 'candidate', colour: '--shadow', points: shares, stepped: true }]}
      format={formatShare}
    />
  );
}

function stateInWords(state: RolloutChange['state']): string {
  const { says } = PHASES[state.phase];
  if (state.phase !== 'canary') return says;
  return `${says} ${formatShare(shareOf(state))}${state.pace === 'held' ? ', held' : ''}`;
}

const COLUMNS: readonly Column<RolloutChange>[] = [
  { key: 'at', title: 'when', cell: ({ at }) => <Time at={at} /> },
  {
    key: 'action',
    title: 'what',
    cell: ({ action, state }) => (
      <>
        {action} <small class="faint under">{stateInWords(state)}</small>
      </>
    ),
  },
  { key: 'by', title: 'who', cell: ({ by }) => <span class="who">{printable(by)}</span> },
  { key: 'reason', title: 'why', look: 'name', cell: ({ reason }) => printable(reason) },
  { key: 'candidate', title: 'candidate', look: 'name minor', cell: ({ candidate }) => printable(candidate) },
];
