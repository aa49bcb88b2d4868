import { count, share, size } from '../../../../lib/figures.ts';
import { type Column, Table } from '../../components/table.tsx';
import type { HealthAnswer } from '../../data/answers.ts';

type Row = HealthAnswer['tapes'][number];

export function TapesPanel({ tapes }: Pick<HealthAnswer, 'tapes'>) {
  return (
    <section class="panel">
      <h2>Tapes</h2>
      <Table name="Tapes" columns={COLUMNS} rows={tapes} keyOf={({ tape }) => tape} />
    </section>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'tape', title: 'tape', cell: ({ tape }) => tape },
  { key: 'bytes', title: 'waiting', look: 'number', cell: ({ bytes }) => size(bytes) },
  { key: 'capacity', title: 'of', look: 'number', cell: ({ capacity }) => size(capacity) },
  { key: 'share', title: 'full', look: 'number', cell: ({ bytes, capacity }) => share(bytes, capacity) },
  { key: 'dropped', title: 'dropped', look: 'number', cell: ({ dropped }) => count(dropped) },
];
