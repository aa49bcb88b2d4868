import type { ComponentChildren } from 'preact';
import { count, plural, share } from '../../../lib/figures.ts';
import { printable } from '../../../lib/printable.ts';
import type { LatencyDetail } from '../../../results/latency-detail.ts';
import { endingInWords, notCompared } from '../../../results/outcome-groups.ts';
import type { RouteRow } from '../../../results/route-page.ts';
import { Badge } from '../components/badge.tsx';
import { Stat } from '../components/stat.tsx';
import { Empty, Shown } from '../components/states.tsx';
import { TimelineCharts } from '../components/timeline-charts.tsx';
import type { CausesAnswer, RoutesAnswer, TimelineAnswer } from '../data/answers.ts';
import { type Resource, useResource } from '../data/resources.ts';
import { here, link } from '../shell/location.ts';
import { Page } from '../shell/page.tsx';
import { useIsRanged, useScope, useSeveral } from '../shell/scope.ts';
import { CauseTable } from './causes/table.tsx';
import { LatencyFigures, LatencyOf } from './latency/distribution.tsx';
import { useLatency } from './latency.tsx';
import { WholeRehearsal } from './nothing-recorded.tsx';
import { OfAllTimes } from './of-all-times.tsx';
import { RouteNoise } from './route/noise.tsx';
import { RouteRules } from './route/rules.tsx';
import { STATES } from './routes.tsx';
import { ShareButtons } from './share.tsx';

const CAUSES = 20;

export function RoutePage({ route }: { readonly route: string }) {
  const scope = useScope();
  const found = useResource<RoutesAnswer>('routes', { ...scope, route });
  return (
    <Page title={route} aside={<ShareButtons of={{ route }} />}>
      <Shown resource={found}>
        {({ routes }) =>
          routes.length === 0 ? (
            <NothingOfIt />
          ) : (
            routes.map((row) => <RouteSummary key={row.service} row={row} several={routes.length > 1} />)
          )
        }
      </Shown>
      <OverTime route={route} />
      <Causes route={route} />
      <Latencies route={route} found={found} />
      <RouteRules route={route} />
      <RouteNoise route={route} />
    </Page>
  );
}

function NothingOfIt() {
  return useIsRanged() ? (
    <Empty title="Nothing was recorded of this route in this time.">
      <p>
        <WholeRehearsal />
      </p>
    </Empty>
  ) : (
    <Empty title="Nothing was recorded of this route.">
      <p>
        It may be of another service or rehearsal. <a href={link(['routes'])}>Show the routes of this one</a>
      </p>
    </Empty>
  );
}

function RouteSummary({ row, several }: { readonly row: RouteRow; readonly several: boolean }) {
  const { state, requests, compared, mismatches, evidence } = row;
  return (
    <>
      {several && (
        <h2>
          <a href={here({ service: row.service, rehearsal: undefined })}>{printable(row.service)}</a>
        </h2>
      )}
      <dl class="stats wide panel">
        <Stat name="State" value={<Badge tone={STATES[state].tone}>{STATES[state].says}</Badge>} />
        <Stat name="Requests" value={count(requests)}>
          {count(compared)} compared
        </Stat>
        <Stat name="Not compared" value={count(requests - compared)}>
          <Reasons outcomes={row.outcomes} />
        </Stat>
        <Stat name="Mismatches" value={count(mismatches.count)}>
          {count(mismatches.open)} of open causes
        </Stat>
        <Stat name="Of those compared" value={compared === 0 ? '–' : share(mismatches.rate, 1)}>
          {compared > 0 && `${mismatches.between.map((part) => share(part, 1)).join(' – ')} for certain`}
        </Stat>
        <Stat
          name="Evidence of harm"
          value={evidence === undefined ? '–' : evidence >= 1 ? 'proven' : share(evidence, 1)}
        >
          {evidence !== undefined && evidence < 1 && 'of what would prove it; '}
          {row.verdict === undefined ? 'not judged' : `the verdict on this route alone: ${row.verdict}`}
        </Stat>
      </dl>
      <OfAllTimes what="Evidence and verdict are" />
    </>
  );
}

const SHOWN_REASONS = 3;

/** Why copies were not compared, the most frequent reasons. */
function Reasons({ outcomes }: Pick<RouteRow, 'outcomes'>) {
  const reasons = [...notCompared(outcomes)].sort((a, b) => b.count - a.count);
  const more = reasons.length - SHOWN_REASONS;
  return (
    <>
      {reasons
        .slice(0, SHOWN_REASONS)
        .map(({ ending, count: times }) => `${endingInWords(ending)}: ${count(times)}`)
        .join(', ')}
      {more > 0 && ` and ${plural(more, 'more reason')}`}
    </>
  );
}

function OverTime({ route }: { readonly route: string }) {
  const resource = useResource<TimelineAnswer>('timeline', { ...useScope(), route });
  return <Shown resource={resource}>{(timeline) => <TimelineCharts timeline={timeline} until={Date.now()} />}</Shown>;
}

function Causes({ route }: { readonly route: string }) {
  const scope = useScope();
  const resource = useResource<CausesAnswer>('causes', { ...scope, route, limit: CAUSES });
  return (
    <section class="panel" aria-labelledby="causes">
      <h2 id="causes">Causes</h2>
      <Shown resource={resource}>
        {({ causes, total }) =>
          total === 0 ? (
            <p class="faint">No differences were found here.</p>
          ) : (
            <>
              <CauseTable name="Causes on this route" causes={causes} />
              {total > CAUSES && <a href={link(['causes'], { route, state: 'all' })}>All {count(total)} causes</a>}
            </>
          )
        }
      </Shown>
    </section>
  );
}

/** Times of several services do not add up: each has its own figures, and its distributions where it is shown alone. */
function Latencies({ route, found }: { readonly route: string; readonly found: Resource<RoutesAnswer> }) {
  const several = useSeveral();
  if (!several) return <Latency route={route}>{(detail) => <LatencyOf detail={detail} />}</Latency>;
  const rows = found.state === 'ready' ? found.value.routes : [];
  return (
    <>
      {rows.map(({ service }) => (
        <Latency key={service} route={route} service={service}>
          {(detail) => (
            <>
              <h2>Latency of {printable(service)}</h2>
              <LatencyFigures detail={detail} />
            </>
          )}
        </Latency>
      ))}
    </>
  );
}

interface LatencyProps {
  readonly route: string;
  readonly service?: string;
  readonly children: (detail: LatencyDetail) => ComponentChildren;
}

function Latency({ route, service, children }: LatencyProps) {
  const resource = useLatency(route, service);
  if (resource.state === 'failed' && resource.problem.code === 'not_found') return null;
  return (
    <section aria-label={service === undefined ? 'Latency' : `Latency of ${service}`}>
      <Shown resource={resource}>{children}</Shown>
    </section>
  );
}
