import { count, share } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import type { CauseRow } from '../../../../results/cause-rows.ts';
import { type Column, Table } from '../../components/table.tsx';
import { SeverityBadge } from '../causes/words.tsx';
import { CauseName } from './four-answers.tsx';

/** The gravest causes, a row each. */
export function CauseList({ name, causes }: { readonly name: string; readonly causes: readonly CauseRow[] }) {
  return <Table name={name} columns={COLUMNS} rows={causes} keyOf={({ service, id }) => `${service} ${id}`} />;
}

const COLUMNS: readonly Column<CauseRow>[] = [
  { key: 'severity', title: 'severity', cell: (cause) => <SeverityBadge {...cause} /> },
  { key: 'cause', title: 'cause', look: 'name', cell: (cause) => <Place cause={cause} /> },
  { key: 'routes', title: 'routes', look: 'name minor', cell: ({ routes }) => <Routes routes={routes} /> },
  { key: 'count', title: 'count', look: 'number', cell: (cause) => count(cause.count) },
  { key: 'share', title: 'share', look: 'number minor', cell: (cause) => share(cause.share, 1) },
];

function Place({ cause }: { readonly cause: CauseRow }) {
  const others = cause.places.length - 1;
  return (
    <>
      <CauseName cause={cause} />
      {others > 0 && <span class="faint"> and {count(others)} more</span>}
    </>
  );
}

function Routes({ routes }: Pick<CauseRow, 'routes'>) {
  const [first] = routes;
  return (
    <>
      {first && printable(first.route)}
      {routes.length > 1 && <span class="faint"> and {count(routes.length - 1)} more</span>}
    </>
  );
}
