import { count, share } from '../../../../lib/figures.ts';
import type { CauseRow } from '../../../../results/cause-rows.ts';
import { type Column, Table } from '../../components/table.tsx';
import { link, ofService } from '../../shell/location.ts';
import { CauseName, RoutesOf, SeverityBadge } from '../causes/words.tsx';

/** The gravest causes, a row each. */
export function CauseList({ name, causes }: { readonly name: string; readonly causes: readonly CauseRow[] }) {
  return <Table name={name} columns={COLUMNS} rows={causes} keyOf={({ service, id }) => `${service} ${id}`} />;
}

const COLUMNS: readonly Column<CauseRow>[] = [
  { key: 'severity', title: 'severity', cell: (cause) => <SeverityBadge {...cause} /> },
  { key: 'cause', title: 'cause', look: 'name', cell: (cause) => <Cause cause={cause} /> },
  { key: 'routes', title: 'routes', look: 'name minor', cell: (cause) => <RoutesOf cause={cause} /> },
  { key: 'count', title: 'count', look: 'number', cell: (cause) => count(cause.count) },
  { key: 'share', title: 'share', look: 'number minor', cell: (cause) => share(cause.share, 1) },
];

function Cause({ cause }: { readonly cause: CauseRow }) {
  const others = cause.places.length - 1;
  return (
    <>
      <a href={link(['causes', cause.id], ofService(cause.service))}>
        <CauseName cause={cause} />
      </a>
      {others > 0 && <span class="faint"> and {count(others)} more</span>}
      <div class="narrow faint">
        <RoutesOf cause={cause} />
      </div>
    </>
  );
}
