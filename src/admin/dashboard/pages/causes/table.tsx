import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { count, plural, share } from '../../../../lib/figures.ts';
import type { CauseRow } from '../../../../results/cause-rows.ts';
import { Recorded } from '../../components/recorded.tsx';
import { type Column, Table, type TableProps } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { link, ofService } from '../../shell/location.ts';
import { Marking } from './marking.tsx';
import { CauseName, CausePlace, RoutesOf, SeverityBadge, StateBadge, Traits } from './words.tsx';

interface CauseTableProps extends Pick<TableProps<CauseRow>, 'name' | 'sorting' | 'onSort' | 'paging'> {
  readonly causes: readonly CauseRow[];
  /** Shown in place of a table without rows: a question about causes that have just left stays open beside it. */
  readonly children?: ComponentChildren;
}

/** A row for each cause. Several can be marked at once. */
export function CauseTable({ causes, children, ...table }: CauseTableProps) {
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const marked = causes.filter((cause) => chosen.has(keyOf(cause)));
  const toggle = (keys: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const key of keys) on ? next.add(key) : next.delete(key);
    choose(next);
  };
  const all = causes.map(keyOf);
  const choice: Column<CauseRow> = {
    key: 'choice',
    title: (
      <input
        type="checkbox"
        aria-label="All on this page"
        checked={causes.length > 0 && marked.length === causes.length}
        onChange={({ currentTarget }) => toggle(all, currentTarget.checked)}
      />
    ),
    cell: (cause) => (
      <input
        type="checkbox"
        aria-label="This cause"
        checked={chosen.has(keyOf(cause))}
        onChange={({ currentTarget }) => toggle([keyOf(cause)], currentTarget.checked)}
      />
    ),
  };
  return (
    <>
      <div class={children ? undefined : 'chosen'}>
        <span class={marked.length === 0 ? 'faint' : undefined} aria-live="polite">
          {children ? '' : chosenInWords(marked.length)}
        </span>
        <Marking causes={marked} onMarked={() => choose(new Set())} />
      </div>
      {children || <Table columns={[choice, ...COLUMNS]} rows={causes} keyOf={keyOf} {...table} />}
    </>
  );
}

function chosenInWords(chosen: number): string {
  return chosen === 0 ? 'Choose rows to mark several at once.' : `${plural(chosen, 'cause')} chosen`;
}

/** Two services may have a cause of one id. */
function keyOf({ service, id }: CauseRow): string {
  return `${service} ${id}`;
}

const COLUMNS: readonly Column<CauseRow>[] = [
  { key: 'severity', title: 'severity', sort: 'severity', cell: (cause) => <SeverityBadge {...cause} /> },
  { key: 'what', title: 'what differs', look: 'name', cell: (cause) => <What cause={cause} /> },
  { key: 'routes', title: 'routes', look: 'minor', cell: (cause) => <RoutesOf cause={cause} /> },
  { key: 'count', title: 'exchanges', sort: 'count', look: 'number', cell: (cause) => count(cause.count) },
  { key: 'share', title: 'share', look: 'number minor', cell: (cause) => share(cause.share, 1) },
  {
    key: 'first',
    title: 'first seen',
    sort: 'firstSeen',
    look: 'minor',
    cell: (cause) => <Time at={cause.firstSeen} />,
  },
  { key: 'last', title: 'last seen', sort: 'lastSeen', look: 'minor', cell: (cause) => <Time at={cause.lastSeen} /> },
  {
    key: 'state',
    title: 'state',
    look: 'minor',
    cell: (cause) => (
      <>
        <StateBadge cause={cause} /> <Traits cause={cause} />
      </>
    ),
  },
];

const SHOWN_PLACES = 2;

function What({ cause }: { readonly cause: CauseRow }) {
  const { places, statuses, service, id } = cause;
  const more = places.length - SHOWN_PLACES;
  return (
    <>
      <a href={link(['causes', id], ofService(service))} data-row-link>
        <CauseName cause={cause} />
      </a>
      {places.slice(1, SHOWN_PLACES).map((place) => (
        <div key={`${place.kind} ${place.path}`}>
          <CausePlace place={place} statuses={statuses} />
        </div>
      ))}
      {more > 0 && <div class="faint">and {plural(more, 'more place')}</div>}
      <div class="narrow faint">
        <RoutesOf cause={cause} /> {cause.state !== 'open' && <StateBadge cause={cause} />} <Traits cause={cause} />
      </div>
      {'reason' in cause && (
        <div class="faint">
          <Recorded text={cause.reason} />
        </div>
      )}
    </>
  );
}
