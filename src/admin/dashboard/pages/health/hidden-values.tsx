import { count } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { hint, namesInWords } from '../../../../results/redactions.ts';
import { type Column, Table } from '../../components/table.tsx';
import type { RedactionsAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { useScope } from '../../shell/scope.ts';

type Row = RedactionsAnswer['redactions'][number];

/** What redaction hid in the recorded examples, and how to see it. */
export function HiddenValues() {
  const { service, rehearsal } = useScope();
  const hidden = useResource<RedactionsAnswer>('redactions', { service, rehearsal });
  if (hidden.state !== 'ready' || hidden.value.redactions.length === 0) return null;
  const { redactions } = hidden.value;
  return (
    <section class="panel">
      <h2>Hidden values</h2>
      <Table name="Hidden values" columns={COLUMNS} rows={redactions} keyOf={({ rule }) => rule} />
      <p class="more faint">{printable(hint(redactions))}</p>
    </section>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'rule', title: 'by', cell: ({ rule }) => <code>{rule}</code> },
  { key: 'names', title: 'names', look: 'name', cell: (row) => printable(namesInWords(row)) },
  { key: 'count', title: 'values', look: 'number', cell: (row) => count(row.count) },
];
