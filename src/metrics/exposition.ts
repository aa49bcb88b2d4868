import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { sketchCount } from '../lib/sketch.ts';
import { ANSWERS } from '../model/answer.ts';
import { LEGS, type LegName } from '../model/exchange.ts';
import { LEFT_OUT_REASONS } from '../model/left-out.ts';
import { ENDINGS, type Ending, outcomeOf } from '../model/outcome.ts';
import { REDACTIONS } from '../model/redaction.ts';
import type { RouteRow } from '../model/route.ts';
import { addArms } from './arm-exposition.ts';
import { catalog } from './catalog.ts';
import { registerHistogram, type Sample, samples } from './histogram.ts';
import type { RouteCounts } from './layout.ts';
import { BREAKER_VALUES, HELD_IN, REPEAT_RESULTS, type Readings, ROLLOUT_ANSWERS, ROLLOUT_PHASES } from './readings.ts';
import { CONNECTION_REFUSALS, REFUSAL_CODES } from './refusals.ts';
import { serviceLabel } from './service-label.ts';
import type { Tally } from './tally.ts';

export interface ExpositionSources {
  /** One tally per kind of thread, over all the threads of that kind. */
  readonly tallies: { readonly edge: Tally; readonly mirror: Tally; readonly compare: Tally; readonly main: Tally };
  /** Where each route's numbers lie in the ledgers. Names are unique. */
  readonly routes: () => readonly RouteSource[];
  readonly readings: () => Readings;
}

export interface RouteSource {
  /** Absent: the one service of a configuration that names none. */
  readonly service?: string;
  /** Unique in its service. */
  readonly name: string;
  readonly rows: readonly RouteRow[];
  /**
   * Which threads count its requests and measure the primary. The mirror does too, where the route is named by the
   * body.
   */
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
    addCounts(own, sources);
    addReadings(own, sources.readings());
    return Registry.merge([own, process]).metrics();
  };
}

interface RouteReading {
  readonly labels: RouteLabels;
  readonly countedBy: RouteSource['countedBy'];
  readonly edge: RouteCounts;
  readonly mirror: RouteCounts;
  readonly compare: RouteCounts;
  readonly main: RouteCounts;
}

type RouteLabels = { readonly service?: string; readonly route: string };

/**
 * Reads the ledgers in the reverse order of the flow. Requests are read last, and so are never fewer than the outcomes.
 */
function read({ service, name, rows, countedBy }: RouteSource, tallies: ExpositionSources['tallies']): RouteReading {
  const main = tallies.main.total(...rows);
  const compare = tallies.compare.total(...rows);
  const mirror = tallies.mirror.total(...rows);
  return {
    labels: { ...serviceLabel(service), route: name },
    countedBy,
    main,
    compare,
    mirror,
    edge: tallies.edge.total(...rows),
  };
}

/** Route by route, since there may be many, and their counts are large. */
function addCounts(registry: Registry, { tallies, routes }: ExpositionSources): void {
  const registers = [registry];
  const requests = new Counter({ ...catalog.requests, registers });
  const outcomes = new Counter({ ...catalog.outcomes, registers });
  const withoutSampleKey = new Counter({ ...catalog.withoutSampleKey, registers });
  const differences = new Counter({ ...catalog.differences, registers });
  const leftOut = new Counter({ ...catalog.leftOut, registers });
  const durations: Sample[] = [];
  const firstBytes: Sample[] = [];
  for (const source of routes()) {
    const reading = read(source, tallies);
    const { labels } = reading;
    for (const counts of [reading.edge, reading.mirror, reading.main]) {
      for (const { method, code, count } of counts.requests()) requests.inc({ ...labels, method, code }, count);
    }
    for (const [ending, count] of endingsOf(reading)) outcomes.inc({ ...labels, ...outcomeOf(ending) }, count);
    withoutSampleKey.inc(labels, reading.edge.keyless);
    for (const { kind, count } of reading.compare.kinds()) differences.inc({ ...labels, kind }, count);
    for (const reason of LEFT_OUT_REASONS) leftOut.inc({ ...labels, reason }, reading.mirror.leftOut(reason));
    for (const leg of LEGS) {
      const counts = measured(reading, leg);
      if (sketchCount(counts.lastByte(leg)) === 0) continue;
      durations.push(...samples(catalog.legDuration.name, { ...labels, leg }, counts.lastByte(leg)));
      firstBytes.push(...samples(catalog.legFirstByte.name, { ...labels, leg }, counts.firstByte(leg)));
    }
  }
  registerHistogram(registry, catalog.legDuration, durations);
  registerHistogram(registry, catalog.legFirstByte, firstBytes);
}

/**
 * The edge measures the primary for all its requests; the mirror for copied requests of routes that it counts itself.
 * The edge measures the shadow where that serves the client and there is no pair.
 */
function measured({ edge, mirror, countedBy }: RouteReading, leg: LegName): RouteCounts {
  if (leg === 'control') return mirror;
  return leg === 'primary' && countedBy === 'edge' ? edge : edge.plus(mirror);
}

/** Every ending, even at 0: a rate over a counter that only appears with its first count misses that count. */
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
  const threadUp = new Gauge({ ...catalog.threadUp, registers });
  const threadRestarts = new Counter({ ...catalog.threadRestarts, registers });
  for (const { thread, lag, up, restarts } of readings.threads) {
    eventLoopLag.set({ thread }, lag / 1000);
    threadUp.set({ thread }, Number(up));
    threadRestarts.inc({ thread }, restarts);
  }
  const breakerState = new Gauge({ ...catalog.breakerState, registers });
  const outOfOrder = new Counter({ ...catalog.copiesOutOfOrder, registers });
  for (const { service, target, breaker, outOfOrder: count } of readings.copies) {
    const of = serviceLabel(service);
    // The shadow's metric existed before the label.
    breakerState.set({ ...of, ...(target !== 'shadow' && { target }) }, BREAKER_VALUES[breaker]);
    outOfOrder.inc({ ...of, target }, count);
  }
  const repeats = new Counter({ ...catalog.repeats, registers });
  for (const { service, purpose, ...results } of readings.repeats)
    for (const result of REPEAT_RESULTS) repeats.inc({ ...serviceLabel(service), purpose, result }, results[result]);
  const paused = new Gauge({ ...catalog.mirrorPaused, registers });
  for (const { service, cause, edges } of readings.pauses) paused.set({ ...serviceLabel(service), cause }, edges);
  const memory = new Gauge({ ...catalog.mirrorMemory, registers });
  for (const part of HELD_IN) memory.set({ part }, readings.memory.held[part]);
  new Gauge({ ...catalog.mirrorMemoryLimit, registers }).set(readings.memory.most);
  new Gauge({ ...catalog.configGeneration, registers }).set(readings.config.generation);
  new Gauge({ ...catalog.configLastError, registers }).set(Number(readings.config.failed));
  new Counter({ ...catalog.accessLinesDropped, registers }).inc(readings.accessLinesDropped);
  new Counter({ ...catalog.logLinesDropped, registers }).inc(readings.logLinesDropped);
  const redactions = new Counter({ ...catalog.redactions, registers });
  for (const counts of readings.redactions) {
    for (const rule of REDACTIONS) redactions.inc({ rule }, counts.of(rule));
  }
  const requestsRefused = new Counter({ ...catalog.requestsRefused, registers });
  const connectionsRefused = new Counter({ ...catalog.connectionsRefused, registers });
  for (const refusals of readings.refusals) {
    for (const code of REFUSAL_CODES) requestsRefused.inc({ code }, refusals.requests(code));
    for (const reason of CONNECTION_REFUSALS) connectionsRefused.inc({ reason }, refusals.connections(reason));
  }
  const ruleHits = new Counter({ ...catalog.ruleHits, registers });
  for (const { service, rule, hits } of readings.ruleHits) ruleHits.inc({ ...serviceLabel(service), rule }, hits);
  const alerts = new Counter({ ...catalog.alerts, registers });
  for (const [result, count] of Object.entries(readings.alerts)) alerts.inc({ result }, count);
  const exposures = new Counter({ ...catalog.exposures, registers });
  for (const [result, count] of Object.entries(readings.exposures)) exposures.inc({ result }, count);
  addVerdicts(registers, readings.verdicts);
  addRollouts(registers, readings.rollouts);
  addExperiments(registers, readings.experiments);
  addArms(registry, readings.arms);
  const { kind, pendingRequests, droppedExamples, damages } = readings.recorder;
  new Gauge({ ...catalog.recorderDegraded, registers }).set(Number(kind === 'degraded'));
  new Gauge({ ...catalog.recorderPending, registers }).set(pendingRequests);
  new Counter({ ...catalog.examplesDropped, registers }).inc(droppedExamples);
  new Counter({ ...catalog.storeDamages, registers }).inc(damages);
  new Counter({ ...catalog.readFailures, registers }).inc(readings.readFailures);
}

function addRollouts(registers: Registry[], rollouts: Readings['rollouts']): void {
  const phase = new Gauge({ ...catalog.rolloutPhase, registers });
  const weight = new Gauge({ ...catalog.rolloutWeight, registers });
  const answer = new Gauge({ ...catalog.rolloutAnswer, registers });
  const unwritten = new Gauge({ ...catalog.rolloutUnwritten, registers });
  for (const { service, ...reading } of rollouts) {
    const of = serviceLabel(service);
    for (const each of ROLLOUT_PHASES) phase.set({ ...of, phase: each }, Number(each === reading.phase));
    for (const each of ROLLOUT_ANSWERS) answer.set({ ...of, answer: each }, Number(each === reading.answer));
    weight.set(of, reading.weight);
    unwritten.set(of, reading.unwritten);
  }
}

function addExperiments(
  registers: Registry[],
  { running, dropped, unreadable, fallbacks }: Readings['experiments'],
): void {
  const users = new Gauge({ ...catalog.experimentUsers, registers });
  const outcomes = new Gauge({ ...catalog.experimentOutcomes, registers });
  const uneven = new Gauge({ ...catalog.experimentUneven, registers });
  const leftOut = new Gauge({ ...catalog.experimentLeftOut, registers });
  for (const { service, experiment, isEven, arms, goals, leftOut: counts } of running) {
    const of = { ...serviceLabel(service), experiment };
    for (const { arm, users: count } of arms) users.set({ ...of, arm }, count);
    for (const { goal, arms: reached } of goals)
      for (const { arm, sum } of reached) outcomes.set({ ...of, goal, arm }, sum);
    uneven.set(of, Number(!isEven));
    for (const [reason, count] of Object.entries(counts)) leftOut.set({ ...of, reason }, count);
  }
  new Counter({ ...catalog.experimentDropped, registers }).inc(dropped);
  new Counter({ ...catalog.experimentUnreadable, registers }).inc(unreadable);
  const fellBack = new Counter({ ...catalog.experimentFallbacks, registers });
  for (const { service, experiment, arm, count } of fallbacks)
    fellBack.inc({ ...serviceLabel(service), experiment, arm }, count);
}

function addVerdicts(registers: Registry[], verdicts: Readings['verdicts']): void {
  const verdict = new Gauge({ ...catalog.verdict, registers });
  const exchanges = new Gauge({ ...catalog.verdictExchanges, registers });
  const evidence = new Gauge({ ...catalog.verdictEvidence, registers });
  for (const { service, route, ...reading } of verdicts) {
    const of = { ...serviceLabel(service), ...(route !== undefined && { route }) };
    for (const answer of ANSWERS) verdict.set({ ...of, verdict: answer }, Number(answer === reading.verdict));
    exchanges.set(of, reading.exchanges);
    evidence.set(of, reading.evidence);
  }
}
