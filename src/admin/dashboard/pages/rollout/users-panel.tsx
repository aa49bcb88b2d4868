/** What different users got on this step, and what that proves. */
import { count, duration, share } from '../../../../lib/figures.ts';
import type { ArmStatus, StepStatus, UsersStatus } from '../../../../results/rollout-status.ts';
import { type Column, Table } from '../../components/table.tsx';

interface Row extends ArmStatus {
  readonly arm: keyof StepStatus['arms'];
}

/** Two arms are compared; the others are shown where there is anybody. */
const COMPARED: readonly Row['arm'][] = ['candidate', 'slice'];

export function UsersPanel({ step: { arms, users } }: { readonly step: StepStatus }) {
  const rows = (['candidate', 'slice', 'chosen', 'rest'] as const)
    .map((arm): Row => ({ arm, ...arms[arm] }))
    .filter(({ arm, requests }) => COMPARED.includes(arm) || requests > 0);
  return (
    <section class="panel">
      <h2>
        Users <span class="faint">on this step</span>
      </h2>
      <Table name="Users" columns={COLUMNS} rows={rows} keyOf={({ arm }) => arm} />
      {users === undefined ? (
        <p class="more faint">There is nobody to compare: one of the two versions serves no users.</p>
      ) : (
        <Evidence evidence={users.evidence} />
      )}
    </section>
  );
}

const NAMES: Readonly<Record<Row['arm'], { readonly says: string; readonly why: string }>> = {
  candidate: { says: 'candidate', why: 'users whose turn it is' },
  slice: { says: 'production', why: 'as many users' },
  chosen: { says: 'candidate, chosen', why: 'by a cohort or an override' },
  rest: { says: 'production, others', why: '' },
};

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'arm',
    title: 'served by',
    cell: ({ arm }) => (
      <>
        {NAMES[arm].says} <small class="faint under">{NAMES[arm].why}</small>
      </>
    ),
  },
  { key: 'requests', title: 'requests', look: 'number', cell: ({ requests }) => count(requests) },
  {
    key: 'failed',
    title: 'failed',
    look: 'number',
    cell: ({ failed, requests }) => `${count(failed)} (${share(failed, requests)})`,
  },
  { key: 'aborted', title: 'users left', look: 'number minor', cell: ({ aborted }) => count(aborted) },
  { key: 'p50', title: 'p50', look: 'number', cell: ({ p50 }) => (p50 === undefined ? '–' : duration(p50)) },
  { key: 'p99', title: 'p99', look: 'number', cell: ({ p99 }) => (p99 === undefined ? '–' : duration(p99)) },
];

const EVIDENCE: Readonly<Record<keyof UsersStatus['evidence'], string>> = {
  failsMore: 'the candidate fails more often',
  failsNoMore: 'it fails no more than the margin allows',
  slower: 'its median is above the margin',
  tail: 'its slowest hundredth is above the margin',
  ratio: 'the two groups do not ask for as much',
};

/** For those who check the statistics. */
function Evidence({ evidence }: Pick<UsersStatus, 'evidence'>) {
  return (
    <details class="more">
      <summary>Evidence</summary>
      <p class="faint">
        As powers of ten: 1.3 proves that it fails no more than the margin, 3 that the groups are unequal; harm must be
        proven to <code>verdict.alpha</code>, shared out over the steps. It holds however often anybody looks.
      </p>
      <dl class="evidence">
        {(Object.keys(EVIDENCE) as (keyof typeof EVIDENCE)[]).map((name) => (
          <div key={name}>
            <dt>{EVIDENCE[name]}</dt>
            <dd>{evidence[name].toFixed(1)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
