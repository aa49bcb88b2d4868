/**
 * Tests the verdict on simulated services whose truth is known, with the code that judges real ones. Equal versions
 * may be called a regression no more often than α allows, and each fault must be found.
 */
import { DEFAULT_VERDICT_SETTINGS } from '../model/verdict-settings.ts';
import { Random } from './simulation/random.ts';
import { SimulatedRehearsal } from './simulation/rehearsal.ts';
import { type Behavior, service } from './simulation/services.ts';

export interface Trial {
  readonly name: string;
  readonly behavior: Behavior;
  /** Exchanges. */
  readonly perSecond: number;
  readonly exchanges: number;
  readonly streams: number;
}

/** Exchanges after which each stream was called a regression, in ascending order, and how many had passed before. */
export interface TrialResult {
  readonly alarms: readonly number[];
  readonly passed: number;
}

export interface SelfTestRow extends TrialResult {
  readonly trial: Trial;
  /** Allowed alarms: at most this many if the versions are equal, at least this many if they are not. */
  readonly allowed: { readonly least: number } | { readonly most: number };
  readonly ok: boolean;
}

/** Strict settings, because with the default ones false alarms would be too rare to be seen; and the default ones. */
const OFTEN = 0.05;
const SELDOM = 0.001;

const SAME: readonly Trial[] = [
  { name: 'the same', behavior: {}, perSecond: 100, exchanges: 10_000, streams: 60 },
  { name: 'the same, with noise in 30 %', behavior: { noise: 0.3 }, perSecond: 100, exchanges: 10_000, streams: 60 },
  {
    name: 'the same, with noise in bursts (0.6)',
    behavior: { noise: 0.7, bursts: 0.6 },
    perSecond: 100,
    exchanges: 10_000,
    streams: 60,
  },
  {
    name: 'the same, with noise in bursts (0.9)',
    behavior: { noise: 0.7, bursts: 0.9 },
    perSecond: 100,
    exchanges: 10_000,
    streams: 60,
  },
  {
    name: 'the same, with noise in bursts (0.9), 10 exchanges a second',
    behavior: { noise: 0.7, bursts: 0.9 },
    perSecond: 10,
    exchanges: 10_000,
    streams: 60,
  },
];

const FAULTS: readonly Trial[] = [
  {
    name: 'a field that is wrong in 0.1 %',
    behavior: { mismatch: 0.001 },
    perSecond: 100,
    exchanges: 100_000,
    streams: 5,
  },
  {
    name: 'a field that is wrong in 5 %',
    behavior: { mismatch: 0.05 },
    perSecond: 100,
    exchanges: 20_000,
    streams: 20,
  },
  {
    name: 'a field that is noise in 70 % and turns null',
    behavior: { noise: 0.7, mismatch: 1 },
    perSecond: 100,
    exchanges: 20_000,
    streams: 20,
  },
  { name: 'slower by 20 %', behavior: { slowdown: 1.2 }, perSecond: 100, exchanges: 20_000, streams: 20 },
  {
    name: 'slower by 200 ms in 1 %',
    behavior: { tail: { share: 0.01, by: 200 } },
    perSecond: 100,
    exchanges: 40_000,
    streams: 10,
  },
];

/** The number of exchanges after which a pass is checked again, which takes longer. */
const PASS_LOOKS = 500;

/** Runs the rows one after the other, because all of them take some seconds. */
export function* selfTest(seed: number): Generator<SelfTestRow> {
  for (const trial of SAME) {
    const result = runTrial(trial, seed, OFTEN);
    const allowed = { most: mostOf(trial.streams, OFTEN) };
    yield { trial, ...result, allowed, ok: result.alarms.length <= allowed.most };
  }
  for (const trial of FAULTS) {
    const result = runTrial(trial, seed, SELDOM);
    const allowed = { least: Math.ceil(trial.streams * 0.9) };
    yield { trial, ...result, allowed, ok: result.alarms.length >= allowed.least };
  }
}

let known: boolean | undefined;

/** A short version for each process: noise in bursts, and one fault. */
export function isSound(): boolean {
  const [same, fault] = [SAME[3]!, FAULTS[2]!];
  const alarms = (trial: Trial) => runTrial({ ...trial, exchanges: 4_000, streams: 4 }, 1, SELDOM).alarms.length;
  known ??= alarms(same) === 0 && alarms(fault) === 4;
  return known;
}

/**
 * How often something of this probability may happen before chance no longer explains it: three standard deviations.
 */
function mostOf(streams: number, probability: number): number {
  return Math.ceil(streams * probability + 3 * Math.sqrt(streams * probability * (1 - probability)));
}

/** Checks after each change, and takes the first regression. */
export function runTrial({ behavior, perSecond, exchanges, streams }: Trial, seed: number, alpha: number): TrialResult {
  const alarms: number[] = [];
  let passed = 0;
  for (let stream = 0; stream < streams; stream++) {
    const next = service(behavior)(new Random(seed * 1_000_003 + stream));
    const rehearsal = new SimulatedRehearsal({ ...DEFAULT_VERDICT_SETTINGS, alpha }, perSecond);
    let hasPassed = false;
    let lookForPass = PASS_LOOKS;
    for (let exchange = 1; exchange <= exchanges; exchange++) {
      if (!rehearsal.add(next())) continue;
      if (rehearsal.isHarmed) {
        alarms.push(exchange);
        break;
      }
      if (exchange < lookForPass || hasPassed) continue;
      hasPassed = rehearsal.decision.answer === 'pass';
      lookForPass += PASS_LOOKS;
    }
    passed += Number(hasPassed);
  }
  return { alarms: alarms.sort((a, b) => a - b), passed };
}
