/** What rolls back at once, and how near it is. */
import { count, duration, lasting, plural, share } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { formatShare } from '../../../../lib/share.ts';
import type { RolloutStatus, StepStatus } from '../../../../results/rollout-status.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, Table } from '../../components/table.tsx';

interface Row {
  readonly limit: string;
  readonly allowed: string;
  /** Absent while the candidate serves nobody. */
  readonly now?: { readonly says: string; readonly over: boolean };
}

export function LimitsPanel({ of: { trip, step } }: { readonly of: RolloutStatus }) {
  const { errors, window, p99, health } = trip;
  const rows: readonly Row[] = [
    {
      limit: 'failed requests',
      allowed: `at most ${formatShare(errors)} within ${lasting(window)}`,
      ...(step && { now: failedNow(step, errors) }),
    },
    ...(p99 === undefined
      ? []
      : [
          { limit: 'slowest hundredth', allowed: `at most ${duration(p99)}`, ...(step && { now: lateNow(step, p99) }) },
        ]),
    ...(health === undefined
      ? []
      : [
          {
            limit: `health check ${printable(health.path)}`,
            allowed: `at most ${plural(health.failures - 1, 'failure')} in a row, asked every ${lasting(health.interval)}`,
            ...(step?.health && { now: healthNow(step.health) }),
          },
        ]),
  ];
  return (
    <section class="panel">
      <h2>
        Hard limits <span class="faint">roll back at once, beyond chance</span>
      </h2>
      <Table name="Hard limits" columns={step ? [...COLUMNS, NOW] : COLUMNS} rows={rows} keyOf={({ limit }) => limit} />
    </section>
  );
}

function failedNow({ window: { requests, failed } }: StepStatus, limit: number): NonNullable<Row['now']> {
  if (requests === 0) return { says: 'no requests', over: false };
  return {
    says: `${share(failed, requests)}: ${count(failed)} of ${count(requests)}`,
    over: failed / requests > limit,
  };
}

function lateNow({ window: { timed, late } }: StepStatus, p99: number): NonNullable<Row['now']> {
  if (timed === 0) return { says: 'no responses', over: false };
  return { says: `${count(late)} of ${count(timed)} above ${duration(p99)}`, over: late / timed > 0.01 };
}

function healthNow({ failures, wrong }: NonNullable<StepStatus['health']>): NonNullable<Row['now']> {
  if (failures === 0) return { says: 'well', over: false };
  return { says: `${plural(failures, 'failure')}: ${printable(wrong ?? '')}`, over: true };
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'limit',
    title: 'limit',
    look: 'name',
    cell: ({ limit, allowed }) => (
      <>
        {limit} <small class="faint under">{allowed}</small>
      </>
    ),
  },
];

const NOW: Column<Row> = {
  key: 'now',
  title: 'now',
  look: 'name',
  cell: ({ now }) => now && <Badge tone={now.over ? 'warn' : 'good'}>{now.says}</Badge>,
};
