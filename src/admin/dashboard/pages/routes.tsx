import { count, share, signedDuration } from '../../../lib/figures.ts';
import type { RouteRow } from '../../../results/route-page.ts';
import { Badge } from '../components/badge.tsx';
import { Sparkline } from '../components/sparkline.tsx';
import { Empty, ShownRows } from '../components/states.tsx';
import { type Column, Table } from '../components/table.tsx';
import type { Tone } from '../components/tone.ts';
import type { RoutesAnswer } from '../data/answers.ts';
import { useKept } from '../data/kept.ts';
import { useResource } from '../data/resources.ts';
import { Page } from '../shell/page.tsx';
import { Choice, SearchField } from './causes/filters.tsx';
import { type Listing, useListing } from './listing.ts';
import { NothingRecorded } from './nothing-recorded.tsx';
import { OfAllTimes } from './of-all-times.tsx';
import { RouteLink } from './route-name.tsx';

const LISTING = { filters: ['text', 'state'], sort: 'requests', rows: 100 };

export function RoutesPage() {
  const { question, shown, ...filtered } = useListing(LISTING);
  const rows = useKept(useResource<RoutesAnswer>('routes', question));
  return (
    <Page title="Routes">
      <search class="filters">
        <SearchField label="Filter by name" placeholder="name of a route …" />
        <Choice name="state" label="State" none="any">
          {Object.entries(STATES).map(([state, { says }]) => (
            <option key={state} value={state}>
              {says}
            </option>
          ))}
        </Choice>
      </search>
      <OfAllTimes what="Evidence and verdict are" />
      <ShownRows of={rows}>
        {({ routes, total }) =>
          total === 0 ? (
            <NoRoutes {...filtered} />
          ) : (
            <Table
              name="Routes"
              columns={COLUMNS}
              rows={routes}
              keyOf={({ service, route }) => `${service} ${route}`}
              {...shown(total)}
            />
          )
        }
      </ShownRows>
    </Page>
  );
}

/** Why no route is listed, and where there are some. */
export function NoRoutes({ isFiltered, unfiltered }: Pick<Listing, 'isFiltered' | 'unfiltered'>) {
  if (!isFiltered) return <NothingRecorded />;
  return (
    <Empty title="No route fits these filters.">
      <p>
        <a href={unfiltered}>Remove the filters</a>
      </p>
    </Empty>
  );
}

export const STATES: Readonly<Record<RouteRow['state'], { readonly tone: Tone; readonly says: string }>> = {
  mismatching: { tone: 'bad', says: 'mismatching' },
  failing: { tone: 'warn', says: 'failing' },
  clean: { tone: 'good', says: 'clean' },
  idle: { tone: 'neutral', says: 'nothing compared' },
};

const COLUMNS: readonly Column<RouteRow>[] = [
  {
    key: 'route',
    title: 'route',
    sort: 'route',
    look: 'name',
    cell: ({ service, route }) => <RouteLink page="routes" service={service} route={route} />,
  },
  {
    key: 'state',
    title: 'state',
    cell: ({ state }) => <Badge tone={STATES[state].tone}>{STATES[state].says}</Badge>,
  },
  {
    key: 'requests',
    title: 'requests',
    sort: 'requests',
    look: 'number minor',
    cell: ({ requests }) => count(requests),
  },
  {
    key: 'mismatches',
    title: 'mismatches',
    sort: 'mismatches',
    look: 'number minor',
    cell: ({ mismatches }) => count(mismatches.count),
  },
  {
    key: 'rate',
    title: 'of compared',
    sort: 'rate',
    look: 'number',
    cell: ({ mismatches: { rate, between }, compared }) =>
      compared === 0 ? <span class="faint">–</span> : <Rate rate={rate} between={between} />,
  },
  {
    key: 'spark',
    title: 'mismatches over time',
    look: 'minor',
    cell: ({ route, spark, mismatches }) => (
      <span class={mismatches.count > 0 ? 'spark-mismatch' : 'faint'}>
        <Sparkline label={`Share of mismatches of ${route} over time`} points={ratesOf(spark)} />
      </span>
    ),
  },
  {
    key: 'evidence',
    title: 'evidence of harm',
    sort: 'evidence',
    look: 'minor',
    cell: (row) => <Evidence row={row} />,
  },
  {
    key: 'delta',
    title: 'shadow slower by (p50)',
    sort: 'delta',
    look: 'number',
    cell: ({ delta }) =>
      delta === undefined ? <span class="faint">–</span> : <Delta p50={delta.p50} between={delta.medianBetween} />,
  },
];

function ratesOf({ compared, mismatches }: RouteRow['spark']): readonly (number | null)[] {
  return compared.map((all, at) => (all === 0 ? null : mismatches[at]! / all));
}

function Rate({ rate, between: [low, high] }: { readonly rate: number; readonly between: readonly [number, number] }) {
  return (
    <>
      {share(rate, 1)}
      <div class="faint between">
        {share(low, 1)} – {share(high, 1)}
      </div>
    </>
  );
}

function Delta({ p50, between }: { readonly p50: number; readonly between: readonly [number, number] | undefined }) {
  return (
    <>
      {signedDuration(p50)}
      <div class="faint between">
        {between === undefined ? 'not certain yet' : `${signedDuration(between[0])} – ${signedDuration(between[1])}`}
      </div>
    </>
  );
}

/** As a share of the proof that a regression takes. */
function Evidence({ row: { evidence, verdict } }: { readonly row: Pick<RouteRow, 'evidence' | 'verdict'> }) {
  if (evidence === undefined) return <span class="faint">–</span>;
  const part = Math.min(1, Math.max(0, evidence));
  return (
    <span class="proof">
      <svg class="gauge" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="ground" width={100} height={10} />
        <rect class="filled" width={100 * part} height={10} />
      </svg>
      {evidence >= 1 ? 'proven' : share(part, 1)}
      {verdict !== undefined && <span class="faint">{verdict}</span>}
    </span>
  );
}
