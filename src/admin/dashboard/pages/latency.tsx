import { count, duration, signedDuration } from '../../../lib/figures.ts';
import { printable } from '../../../lib/printable.ts';
import type { LatencyDetail } from '../../../results/latency-detail.ts';
import type { RouteRow } from '../../../results/route-page.ts';
import { Shown, ShownRows } from '../components/states.tsx';
import { type Column, Table } from '../components/table.tsx';
import type { RoutesAnswer } from '../data/answers.ts';
import { useKept } from '../data/kept.ts';
import { useResource } from '../data/resources.ts';
import { link, usePlace } from '../shell/location.ts';
import { Page } from '../shell/page.tsx';
import { useScope, useSeveral } from '../shell/scope.ts';
import { SearchField } from './causes/filters.tsx';
import { LatencyOf } from './latency/distribution.tsx';
import { useListing } from './listing.ts';
import { RouteLink } from './route-name.tsx';
import { NoRoutes } from './routes.tsx';

/** All routes beside each other, or one. */
export function LatencyPage() {
  const { query } = usePlace();
  const route = query.get('route');
  return route === null ? <AllLatencies /> : <OneLatency route={route} />;
}

function OneLatency({ route }: { readonly route: string }) {
  const resource = useLatency(route);
  const several = useSeveral();
  return (
    <Page title={`Latency of ${route}`} aside={<a href={link(['latency'])}>All routes</a>}>
      <Shown resource={resource}>
        {(detail) => (
          <>
            {several && <p class="faint">Of the service {printable(detail.service)}; the others are chosen above.</p>}
            <LatencyOf detail={detail} />
          </>
        )}
      </Shown>
    </Page>
  );
}

/** Without a service, of the first that has the route. */
export function useLatency(route: string, service?: string) {
  const scope = useScope();
  return useResource<LatencyDetail>(`latency/${encodeURIComponent(route)}`, {
    ...scope,
    service: service ?? scope.service,
  });
}

const LISTING = { filters: ['text'], sort: 'delta', rows: 100 };

function AllLatencies() {
  const { question, shown, ...filtered } = useListing(LISTING);
  const rows = useKept(useResource<RoutesAnswer>('routes', question));
  return (
    <Page title="Latency">
      <search class="filters">
        <SearchField label="Filter by name" placeholder="name of a route …" />
      </search>
      <ShownRows of={rows}>
        {({ routes, total }) =>
          total === 0 ? (
            <NoRoutes {...filtered} />
          ) : (
            <>
              <p class="faint">To the last byte. The interval holds with 99.9%, at any time.</p>
              <Table
                name="Latency by route"
                columns={columnsOf(routes)}
                rows={routes}
                keyOf={({ service, route }) => `${service} ${route}`}
                {...shown(total)}
              />
            </>
          )
        }
      </ShownRows>
    </Page>
  );
}

function columnsOf(routes: readonly RouteRow[]): readonly Column<RouteRow>[] {
  // Of what is drawn alone: one route that is not certain yet would flatten the others.
  const reach = Math.max(1, ...routes.flatMap(({ delta }) => (delta?.medianBetween ?? []).map(Math.abs)));
  return [
    {
      key: 'route',
      title: 'route',
      sort: 'route',
      look: 'name',
      cell: ({ service, route }) => <RouteLink page="latency" service={service} route={route} />,
    },
    ...(['primary', 'shadow', 'control'] as const).map(
      (leg): Column<RouteRow> => ({
        key: leg,
        title: <span class={`leg ${leg}`}>{leg}</span>,
        look: leg === 'control' ? 'number minor' : 'number',
        cell: ({ latency }) => <Leg of={latency.find((each) => each.leg === leg)?.lastByte} />,
      }),
    ),
    {
      key: 'delta',
      title: 'shadow slower by (p50)',
      sort: 'delta',
      look: 'number',
      cell: ({ delta }) => (delta === undefined ? <span class="faint">–</span> : signedDuration(delta.p50)),
    },
    {
      key: 'interval',
      title: `its interval, on a scale of ±${duration(reach)}`,
      look: 'minor',
      cell: (row) => <Interval row={row} reach={reach} />,
    },
    { key: 'pairs', title: 'pairs', look: 'number minor', cell: ({ delta }) => count(delta?.count ?? 0) },
  ];
}

function Leg({ of }: { readonly of: { readonly p50: number; readonly p99: number } | undefined }) {
  if (of === undefined) return <span class="faint">–</span>;
  return (
    <>
      {duration(of.p50)}
      <div class="faint between">p99 {duration(of.p99)}</div>
    </>
  );
}

const INTERVAL = 180;

/** The interval of the delta's median, on one scale for all rows. */
function Interval({ row: { route, delta }, reach }: { readonly row: RouteRow; readonly reach: number }) {
  if (delta === undefined) return <span class="faint">–</span>;
  if (delta.medianBetween === undefined) return <span class="faint">not certain yet</span>;
  const [low, high] = delta.medianBetween;
  const x = (value: number) => (INTERVAL / 2) * (1 + (0.96 * value) / reach);
  return (
    <svg
      class="interval"
      viewBox={`0 0 ${INTERVAL} 20`}
      role="img"
      aria-label={`${route}: between ${signedDuration(low)} and ${signedDuration(high)}`}
    >
      <line class="zero" x1={x(0)} x2={x(0)} y1={1} y2={19} />
      <line class="whisker" x1={x(low)} x2={x(high)} y1={10} y2={10} />
      <circle class="dot" cx={x(delta.p50)} cy={10} r={3.2} />
    </svg>
  );
}
