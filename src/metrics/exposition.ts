import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { sketchCount } from '../lib/sketch.ts';
import { LEGS, type LegName } from '../model/exchange.ts';
import { ENDINGS, type Ending, outcomeOf } from '../model/outcome.ts';
import { catalog } from './catalog.ts';
import { registerHistogram, type Series } from './histogram.ts';
import type { RouteCounts } from './layout.ts';
import { BREAKER_VALUES, type Readings } from './readings.ts';
import { CONNECTION_REFUSALS, REFUSAL_CODES } from './refusals.ts';
import type { Tally } from './tally.ts';

export interface ExpositionSources {
  /** One tally per kind of thread, over all the threads of that kind. */
  readonly tallies: { readonly edge: Tally; readonly mirror: Tally; readonly compare: Tally; readonly main: Tally };
  /** Where each route's numbers lie in the ledgers. Names are unique. */
  readonly routes: () => readonly RouteSource[];
  readonly readings: () => Readings;
}

export interface RouteSource {
  readonly name: string;
  readonly rows: readonly number[];
  /** Who counts its requests and measures the primary: the mirror too, where the route is named after what the body says. */
  readonly countedBy: 'edge' | 'edge_and_mirror';
}

/**
 * Makes the function that renders all metrics in the Prometheus text format, version 0.0.4. Nothing is counted here:
 * each scrape reads the ledgers once and fills a registry that lives as long as the scrape.
 */
export function createExposition(sources: ExpositionSources): () => Promise<string> {
  const process = new Registry();
  collectDefaultMetrics({ register: process });
  return async () => {
    const own = new Registry();
    addCounts(own, readRoutes(sources));
    addReadings(own, sources.readings());
    return Registry.merge([own, process]).metrics();
  };
}

interface RouteReading {
  readonly route: string;
  readonly countedBy: RouteSource['countedBy'];
  readonly edge: RouteCounts;
  readonly mirror: RouteCounts;
  readonly compare: RouteCounts;
  readonly main: RouteCounts;
}

/** Against the stream: what is read later has had more time to count, so that outcomes do not run ahead of requests. */
function readRoutes({ tallies, routes }: ExpositionSources): readonly RouteReading[] {
  return routes().map(({ name, rows, countedBy }) => ({
    route: name,
    countedBy,
    main: totalOf(tallies.main, rows),
    compare: totalOf(tallies.compare, rows),
    mirror: totalOf(tallies.mirror, rows),
    edge: totalOf(tallies.edge, rows),
  }));
}

function totalOf(tally: Tally, rows: readonly number[]): RouteCounts {
  return rows.map((row) => tally.total(row)).reduce((sum, counts) => sum.plus(counts));
}

function addCounts(registry: Registry, readings: readonly RouteReading[]): void {
  const registers = [registry];
  const requests = new Counter({ ...catalog.requests, registers });
  const outcomes = new Counter({ ...catalog.outcomes, registers });
  const differences = new Counter({ ...catalog.differences, registers });
  for (const reading of readings) {
    const { route } = reading;
    for (const source of [reading.edge, reading.mirror, reading.main]) {
      for (const { method, code, count } of source.requests()) requests.inc({ route, method, code }, count);
    }
    for (const [ending, count] of endingsOf(reading)) outcomes.inc({ route, ...outcomeOf(ending) }, count);
    for (const { kind, count } of reading.compare.kinds()) differences.inc({ route, kind }, count);
  }
  registerHistogram(registry, catalog.legDuration, legSeries(readings, 'lastByte'));
  registerHistogram(registry, catalog.legFirstByte, legSeries(readings, 'firstByte'));
}

function legSeries(readings: readonly RouteReading[], moment: 'firstByte' | 'lastByte'): Series<'route' | 'leg'>[] {
  return readings.flatMap((reading) =>
    LEGS.map((leg) => ({ labels: { route: reading.route, leg }, counts: measured(reading, leg)[moment](leg) })).filter(
      ({ counts }) => sketchCount(counts) > 0,
    ),
  );
}

/** The edge measures the primary for all requests, the mirror for those that it has copied, where that is not the same. */
function measured({ edge, mirror, countedBy }: RouteReading, leg: LegName): RouteCounts {
  if (leg !== 'primary') return mirror;
  return countedBy === 'edge' ? edge : edge.plus(mirror);
}

/** Every ending, those that never happened too: a rate over a counter that appears with its first count misses it. */
function endingsOf({ edge, mirror, compare, main }: RouteReading): ReadonlyMap<Ending, number> {
  const counts = new Map<Ending, number>(ENDINGS.map((ending) => [ending, 0]));
  for (const source of [edge, mirror, compare, main]) {
    for (const { ending, count } of source.endings()) counts.set(ending, counts.get(ending)! + count);
  }
  return counts;
}

function addReadings(registry: Registry, readings: Readings): void {
  const registers = [registry];
  const tapeBytes = new Gauge({ ...catalog.tapeBytes, registers });
  const tapeDropped = new Counter({ ...catalog.tapeDropped, registers });
  for (const { tape, bytes, dropped } of readings.tapes) {
    tapeBytes.set({ tape }, bytes);
    tapeDropped.inc({ tape }, dropped);
  }
  const eventLoopLag = new Gauge({ ...catalog.eventLoopLag, registers });
  for (const { thread, lag } of readings.threads) eventLoopLag.set({ thread }, lag / 1000);
  new Gauge({ ...catalog.breakerState, registers }).set(BREAKER_VALUES[readings.breaker]);
  new Gauge({ ...catalog.configGeneration, registers }).set(readings.config.generation);
  new Gauge({ ...catalog.configLastError, registers }).set(Number(readings.config.failed));
  new Counter({ ...catalog.accessLinesDropped, registers }).inc(readings.accessLinesDropped);
  const requestsRefused = new Counter({ ...catalog.requestsRefused, registers });
  const connectionsRefused = new Counter({ ...catalog.connectionsRefused, registers });
  for (const refusals of readings.refusals) {
    for (const code of REFUSAL_CODES) requestsRefused.inc({ code }, refusals.requests(code));
    for (const reason of CONNECTION_REFUSALS) connectionsRefused.inc({ reason }, refusals.connections(reason));
  }
  const ruleHits = new Counter({ ...catalog.ruleHits, registers });
  for (const { rule, hits } of readings.ruleHits) ruleHits.inc({ rule }, hits);
  const { kind, pendingRequests, droppedExamples } = readings.recorder;
  new Gauge({ ...catalog.recorderDegraded, registers }).set(Number(kind === 'degraded'));
  new Gauge({ ...catalog.recorderPending, registers }).set(pendingRequests);
  new Counter({ ...catalog.examplesDropped, registers }).inc(droppedExamples);
}
