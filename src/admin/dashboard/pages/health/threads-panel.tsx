import { count, duration } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, Table } from '../../components/table.tsx';
import type { HealthAnswer } from '../../data/answers.ts';

type Row = HealthAnswer['threads'][number];

export function ThreadsPanel({ threads }: Pick<HealthAnswer, 'threads'>) {
  return (
    <section class="panel">
      <h2>Threads</h2>
      <Table name="Threads" columns={COLUMNS} rows={threads} keyOf={({ name }) => name} />
    </section>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'thread', cell: ({ name }) => name },
  { key: 'status', title: 'status', cell: ({ status }) => <Status status={status} /> },
  { key: 'lag', title: 'event-loop lag', look: 'number', cell: ({ lag }) => duration(lag) },
  { key: 'restarts', title: 'restarts', look: 'number', cell: ({ restarts }) => count(restarts) },
  { key: 'death', title: 'last death', look: 'name', cell: ({ lastDeath = '' }) => printable(lastDeath) },
];

function Status({ status }: Pick<Row, 'status'>) {
  const tone = status === 'running' ? 'good' : status === 'failing' ? 'bad' : 'warn';
  return <Badge tone={tone}>{status}</Badge>;
}
