/** Entry of a compare thread. It begins with the first pair. */
import equal from 'fast-deep-equal';
import { makeComparator } from '../compare/comparator.ts';
import type { Comparator, Comparison, Copy } from '../compare/comparison.ts';
import { judge } from '../compare/judge.ts';
import { NoiseProfile } from '../compare/noise/profile.ts';
import type { Config, Route } from '../config/types.ts';
import { Notices } from '../edge/notices.ts';
import { NOTHING_COMPARED } from '../findings/collector.ts';
import { Confirmations } from '../findings/confirmations.ts';
import { ExampleBudget } from '../findings/example-budget.ts';
import { FindingsByRehearsal } from '../findings/findings-by-rehearsal.ts';
import { makeLogRedaction } from '../findings/log-redaction.ts';
import { type KnownBodies, knownBodies } from '../findings/redactor.ts';
import { RouteLog } from '../grouping/route-log.ts';
import { RouteNames } from '../grouping/route-names.ts';
import { sharedClock, systemClock } from '../lib/clock.ts';
import { collectGarbage } from '../lib/garbage.ts';
import { lowerPriority } from '../lib/priority.ts';
import { Gauges } from '../metrics/gauges.ts';
import { InFlightAccount } from '../metrics/in-flight-account.ts';
import { Ledgers } from '../metrics/ledgers.ts';
import { RedactionCounts } from '../metrics/redactions.ts';
import type { CapturedExchange, CapturedResponse } from '../model/exchange.ts';
import type { Ending } from '../model/outcome.ts';
import { numbersIn, type RehearsalTable } from '../model/rehearsal.ts';
import type { RouteRow } from '../model/route.ts';
import { type Pair, PairAssembler } from '../tape/pair-frames.ts';
import { TapeReader } from '../tape/reader.ts';
import type { CompareData, FromCompare, RehearsedFindings, ToCompare } from './messages.ts';
import { keepGauges, openPort } from './port.ts';

/** What is needed to compare the responses of a configured route and of the routes derived from it. */
interface RouteComparison {
  readonly compare: Comparator;
  readonly route: Route;
  readonly bodies: KnownBodies;
}

/** Milliseconds. Nobody waits for a comparison. */
const NAP = 4;

const port = openPort<CompareData, ToCompare, FromCompare>();
const { data } = port;
lowerPriority(data.config.threads.mirrorNice);
const ledgers = new Ledgers(data.ledgers);
const account = new InFlightAccount(data.pairs.account);
const redactions = new RedactionCounts(data.redactions);
const examples = new ExampleBudget(data.config.memory.collected);
const found = new FindingsByRehearsal({
  redact: data.config.redact,
  key: Buffer.from(data.redactionKey),
  onHidden: (rule) => redactions.add(rule),
  random: Math.random,
  examples,
});
/** An error message about a body may quote the body. */
const log = makeLogRedaction(data.config.redact);
let { backlog, confirm } = data.config.mirror;
const notices = new Notices((notice) => port.send({ type: 'notice', notice }), systemClock);
const confirmations = new Confirmations((request) => port.send({ type: 'repeat', request }));
const assembler = new PairAssembler();
const routeNames = new RouteNames(new RouteLog(data.routeLog));
/** By the number of the rehearsal, then by row: differences of another shadow version don't excuse this one. */
const noises = new Map<number, Map<RouteRow, NoiseProfile>>();
/** By row. */
let routes = routesOf(data.config, data.routeRows);

warmUp();
const reader = new TapeReader(data.pairs.tape);
reader.run(
  (kind, _number, bytes, start, end) => {
    const pair = assembler.take(kind, bytes, start, end);
    if (pair !== undefined) settle(pair);
  },
  { nap: NAP, budget: 8 },
);

setInterval(report, data.config.store.flushInterval);
const gauges = new Gauges(data.gauges);
keepGauges(gauges, () => {
  gauges.held = examples.taken;
});
collectGarbage();

port.receive((message) => {
  switch (message.type) {
    case 'configure':
      // The counts of replaced rules are lost with their counters: report them first.
      report();
      configure(message.config, message.routeRows);
      break;
    case 'rehearse':
      ledgers.extend(message.ledgers);
      forgetOthers(message.rehearsals);
      break;
    case 'drain':
      drain();
      break;
  }
});

function routesOf(config: Config, rows: readonly RouteRow[]): Map<RouteRow, RouteComparison> {
  return new Map(
    config.routes.map((route, index) => [
      rows[index]!,
      {
        compare: makeComparator(route.compare),
        route,
        bodies: knownBodies(route.compare),
      },
    ]),
  );
}

/** What a changed rule may affect is judged again; everything else is kept. */
function configure(config: Config, rows: readonly RouteRow[]): void {
  const before = routes;
  routes = new Map([...routes, ...routesOf(config, rows)]);
  for (const profiles of noises.values()) {
    for (const row of profiles.keys()) {
      const { owner } = routeNames.info(row);
      if (!equal(routes.get(owner)?.route.compare, before.get(owner)?.route.compare)) profiles.delete(row);
    }
  }
  ({ backlog, confirm } = config.mirror);
}

function forgetOthers(table: RehearsalTable): void {
  const known = numbersIn(table);
  for (const rehearsal of noises.keys()) if (!known.has(rehearsal)) noises.delete(rehearsal);
}

/**
 * Runs the comparison a few times before the first pair: code that has never run is slow enough to exceed a pair's
 * budget.
 */
function warmUp(): void {
  const response = (name: string): CapturedResponse => ({
    status: 200,
    reason: 'OK',
    fields: ['Content-Type', 'application/json', 'Cache-Control', 'no-store'],
    body: Buffer.from(JSON.stringify({ items: Array.from({ length: 5 }, (_, id) => ({ id, name, price: id / 4 })) })),
    trailers: [],
  });
  const compare = makeComparator({ ignoreHeaders: [], rules: [], maxDecoded: 1024 * 1024, budget: 1_000 });
  for (let round = 0; round < 3; round++) compare(response('a'), response(`b${round}`));
}

/** If the comparison of a pair throws, only that pair is lost, not the thread and its queue. */
function settle(pair: Pair): void {
  if (sharedClock() - pair.writtenAt > backlog) {
    skip(pair, 'skipped:compare_backlog');
    return;
  }
  try {
    judgeAndCount(pair);
  } catch (error) {
    const { route: row, exchange } = pair;
    skip(pair, 'skipped:compare_failed');
    notices.event('compare_failed', {
      level: 'error',
      message: 'a pair could not be compared, and is counted as skipped',
      facts: {
        route: routeNames.info(row).name,
        exchange: exchange.id,
        error: log.text(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      },
    });
  }
}

/** A pair that is already settled is already counted. */
function skip({ route, rehearsal, settled, repeat }: Pair, ending: Ending): void {
  if (settled !== undefined || repeat !== undefined) return;
  found.of(routeNames.info(route).service, rehearsal).counted.add(route);
  ledgers.of(rehearsal).settle(route, ending, { account, owed: route });
}

/** Everything that may throw comes before the first count. */
function judgeAndCount({ route: row, rehearsal, settled, repeat, exchange }: Pair): void {
  const { service, name, owner } = routeNames.info(row);
  const { compare, route, bodies } = routes.get(owner)!;
  const of = found.of(service, rehearsal);
  const { findings, counted } = of;
  if (settled !== undefined) {
    findings.addExample(name, settled, exchange, bodies);
    return;
  }
  const shadow = compareLegs(compare, exchange, 'shadow') ?? NOTHING_COMPARED;
  if (repeat !== undefined) {
    const finding = confirmations.end(repeat, shadow.differences);
    if (finding !== undefined) findings.addRepeat(finding);
    return;
  }
  const control = compareLegs(compare, exchange, 'control');
  const profile = noiseOf(rehearsal, row);
  const { ending, mismatching, noise, odd } = judge(shadow, control, profile);
  if (isWorthKeeping(exchange, ending)) {
    // Only a real control counts here. The same primary, asked again, is not a second instance to compare with.
    const measured = control !== undefined && exchange.calibrated !== true;
    const signature = findings.add(name, ending, exchange, shadow, {
      noise,
      bodies,
      learnedAt: (place) => profile.learnedAt(place),
      ...(measured && { control: { comparison: control, odd } }),
    });
    if (confirm && ending === 'mismatch')
      confirmations.begin(signature, mismatching, exchange, { service, row, rehearsal });
  } else findings.count(name, ending, exchange);
  of.applied(route.name, route.compare.rules, shadow.applied);
  const ledger = ledgers.of(rehearsal);
  for (const { kind } of shadow.differences) ledger.difference(row, kind);
  counted.add(row);
  ledger.settle(row, ending, { account, owed: row });
}

function noiseOf(rehearsal: number, row: RouteRow): NoiseProfile {
  const profiles = noises.get(rehearsal) ?? new Map<RouteRow, NoiseProfile>();
  noises.set(rehearsal, profiles);
  const noise = profiles.get(row) ?? new NoiseProfile();
  profiles.set(row, noise);
  return noise;
}

/** Undefined where a leg gave no response: a failed control does not prove that production agrees with itself. */
function compareLegs(compare: Comparator, exchange: CapturedExchange, leg: Copy['leg']): Comparison | undefined {
  const { primary, request, servedBy = 'primary' } = exchange;
  const other = exchange[leg];
  if (other === undefined || !('response' in primary) || !('response' in other)) return undefined;
  return compare(primary.response, other.response, request, { leg, servedBy, marker: data.marker });
}

/**
 * A pair that is equal, though not byte for byte, is a plain match: the mirror keeps enough of those. With a control it
 * is evidence.
 */
function isWorthKeeping(exchange: CapturedExchange, ending: string): boolean {
  return ending !== 'match' || exchange.control !== undefined;
}

function report(): void {
  const { batches, droppedExamples } = found.take();
  const told = batches.map(({ rehearsal, batch, counted }): RehearsedFindings => {
    const ledger = ledgers.of(rehearsal);
    return { rehearsal, batch, counts: [...counted].map((row) => ({ row, findings: ledger.findings(row) })) };
  });
  if (told.length > 0 || droppedExamples > 0) port.send({ type: 'findings', batches: told, droppedExamples });
}

/** The mirror has finished: nothing more will come than what is on the tape. */
async function drain(): Promise<void> {
  while (reader.used > 0) await new Promise((resolve) => setImmediate(resolve));
  report();
  port.send({ type: 'drained' });
}
