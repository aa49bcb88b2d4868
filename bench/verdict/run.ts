/**
 * How often the verdict is wrong, and how soon it is right: `npm run bench:verdict -- --streams 400`.
 *
 * Simulated services of 100 exchanges a second (where nothing else is said), with a control. The verdict is watched after
 * each exchange, the others look once a minute, on the same streams. A/A: the share of the streams that were called a
 * regression. Faults: the exchanges after which half of the streams were, and how many were by the end.
 */
import { DEFAULT_VERDICT_SETTINGS } from '../../src/model/verdict-settings.ts';
import { Random } from '../../src/verdict/simulation/random.ts';
import { SimulatedRehearsal } from '../../src/verdict/simulation/rehearsal.ts';
import { type Behavior, service } from '../../src/verdict/simulation/services.ts';
import { calledWith } from '../harness/command-line.ts';
import { renderTable } from '../harness/table.ts';
import { DiffyRule, MannWhitney, type Rival } from './rivals.ts';

interface Scenario {
  readonly name: string;
  readonly behavior: Behavior;
  readonly exchanges: number;
  readonly perSecond?: number;
  /** Of the latency margin, where it is not the default. */
  readonly margin?: number;
}

const SAME: readonly Scenario[] = [
  { name: 'clean', behavior: {}, exchanges: 10_000 },
  { name: 'noise in 30 %', behavior: { noise: 0.3 }, exchanges: 10_000 },
  ...[0.3, 0.6, 0.9].flatMap((bursts) =>
    [100, 10].map((perSecond) => ({
      name: `noise in 70 %, in bursts (φ = ${bursts}), ${perSecond}/s`,
      behavior: { noise: 0.7, bursts },
      exchanges: 10_000,
      perSecond,
    })),
  ),
  {
    name: 'always one of both, in bursts (φ = 0.9), 1/s',
    behavior: { noise: 1, bursts: 0.9 },
    exchanges: 10_000,
    perSecond: 1,
  },
];

const FAULTS: readonly Scenario[] = [
  { name: 'wrong in 0.1 %, clean field', behavior: { mismatch: 0.001 }, exchanges: 100_000 },
  { name: 'wrong in 1 %, clean field', behavior: { mismatch: 0.01 }, exchanges: 50_000 },
  { name: 'noise in 70 %, turns null', behavior: { noise: 0.7, mismatch: 1 }, exchanges: 50_000 },
  { name: 'slower by 5 % (margin 0 %, floor 0)', behavior: { slowdown: 1.05 }, exchanges: 50_000, margin: 0 },
  { name: 'slower by 10 %', behavior: { slowdown: 1.1 }, exchanges: 50_000 },
  { name: 'slower by 20 %', behavior: { slowdown: 1.2 }, exchanges: 50_000 },
  { name: 'slower by 200 ms in 1 %', behavior: { tail: { share: 0.01, by: 200 } }, exchanges: 50_000 },
];

const { values } = calledWith({
  command: 'npm run bench:verdict --',
  about: 'How often the verdict is wrong, and how soon it is right, on simulated services.',
  flags: {
    streams: { takes: 'count', about: 'simulated services without a fault, of each kind', default: 1_000 },
    faults: { takes: 'count', about: 'simulated services with a fault, of each kind', default: 40 },
  },
});

/** By who judges, the exchange at which each stream was called a regression. */
function alarmsOf(scenario: Scenario, streams: number): Map<string, number[]> {
  const alarms = new Map<string, number[]>(['Understudy', "Diffy's rule", 'Mann-Whitney'].map((name) => [name, []]));
  for (let stream = 0; stream < streams; stream++) {
    for (const [name, exchange] of firstAlarms(scenario, stream)) alarms.get(name)!.push(exchange);
  }
  for (const each of alarms.values()) each.sort((a, b) => a - b);
  return alarms;
}

function firstAlarms({ behavior, exchanges, perSecond = 100, margin }: Scenario, seed: number): Map<string, number> {
  const next = service(behavior)(new Random(seed));
  const settings = margin === undefined ? DEFAULT_VERDICT_SETTINGS : { ...DEFAULT_VERDICT_SETTINGS, margin, floor: 0 };
  const rehearsal = new SimulatedRehearsal(settings, perSecond);
  const rivals: Rival[] = [new DiffyRule(), new MannWhitney()];
  const first = new Map<string, number>();
  for (let count = 1; count <= exchanges && first.size < rivals.length + 1; count++) {
    const exchange = next();
    if (rehearsal.add(exchange) && !first.has('Understudy') && rehearsal.isHarmed) first.set('Understudy', count);
    for (const rival of rivals) {
      rival.add(exchange);
      if (count % (perSecond * 60) === 0 && !first.has(rival.name) && rival.alarms()) first.set(rival.name, count);
    }
  }
  return first;
}

function delay(alarms: readonly number[], streams: number): string {
  if (alarms.length * 2 < streams) return `found in ${alarms.length} of ${streams}`;
  const median = alarms[Math.floor(streams / 2)]!.toLocaleString('en-US');
  return alarms.length === streams ? median : `${median} (${alarms.length} of ${streams})`;
}

const streams = values.streams;
const falseAlarms = SAME.map((scenario) => {
  const alarms = alarmsOf(scenario, streams);
  return [scenario.name, ...[...alarms.values()].map((each) => `${((100 * each.length) / streams).toFixed(1)} %`)];
});
console.log(renderTable(['the same, called a regression', 'Understudy', "Diffy's rule", 'Mann-Whitney'], falseAlarms));

const faultStreams = values.faults;
const delays = FAULTS.map((scenario) => {
  const alarms = alarmsOf(scenario, faultStreams);
  return [scenario.name, ...[...alarms.values()].map((each) => delay(each, faultStreams))];
});
console.log(
  `\n${renderTable(['a fault, found after exchanges', 'Understudy', "Diffy's rule", 'Mann-Whitney'], delays)}`,
);
