import { BUCKETS } from '../../src/model/rollout.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../../src/model/verdict-settings.ts';
import { compare } from '../../src/rollout/comparison.ts';
import { alphaOfPairs, decide, type PairedVerdict } from '../../src/rollout/decision.ts';
import { TripWatch } from '../../src/rollout/trip.ts';
import { SimulatedRehearsal } from '../../src/verdict/simulation/rehearsal.ts';
import { HOLD, type Judge, type Judgement } from './judge.ts';
import type { Request } from './release.ts';

const MARGINS = { errors: 0.01, latency: 0.05 };
const TRIP = { errors: 0.05, window: 30_000 };
const COUNTED = 4;
/** Responses of production by which the limits of time are set. */
const ENOUGH = 500;

const OPEN: PairedVerdict = { verdict: 'inconclusive', reasons: ['not yet'], compared: true };
/** Where the copies are left out. */
const PASS: PairedVerdict = { verdict: 'pass', reasons: [], compared: true };

/** Understudy's own code, with its default settings but for α. */
export interface UnderstudyOptions {
  readonly alpha: number;
  /** Requests a second. */
  readonly perSecond: number;
  /** Whether copies go to production, its control and the candidate, or different users are all that is compared. */
  readonly copies: boolean;
}

export class Understudy implements Judge {
  readonly #options: UnderstudyOptions;
  #step = 0;
  #weight = 0;
  #began = 0;
  #cells = new Uint32Array(BUCKETS * COUNTED);
  #timed: Uint32Array | undefined;
  #times: number[] = [];
  #limits = { slow: Number.POSITIVE_INFINITY, tail: Number.POSITIVE_INFINITY };
  #trips = new TripWatch();
  #candidate = { requests: 0, failed: 0, timed: 0, late: 0 };
  #rehearsal: SimulatedRehearsal | undefined;

  constructor(options: UnderstudyOptions) {
    this.#options = options;
  }

  begin(step: number, weight: number, now: number): void {
    const { alpha, perSecond, copies } = this.#options;
    this.#step = step;
    this.#weight = weight;
    this.#began = now;
    this.#cells = new Uint32Array(BUCKETS * COUNTED);
    this.#timed = undefined;
    this.#times = [];
    this.#limits = { slow: Number.POSITIVE_INFINITY, tail: Number.POSITIVE_INFINITY };
    this.#trips = new TripWatch();
    this.#candidate = { requests: 0, failed: 0, timed: 0, late: 0 };
    this.#trips.look(now, this.#candidate, TRIP);
    const settings = { ...DEFAULT_VERDICT_SETTINGS, alpha: alphaOfPairs(alpha, step) };
    this.#rehearsal = copies ? new SimulatedRehearsal(settings, perSecond) : undefined;
  }

  see({ bucket, production, control, candidate }: Request, onCandidate: boolean): void {
    const { failed, time } = onCandidate ? candidate : production;
    if (!onCandidate && this.#timed === undefined) this.#setLimits(time);
    const allowed = onCandidate ? 1 + MARGINS.latency : 1;
    this.#count(this.#cells, bucket, failed, time / allowed);
    if (this.#timed !== undefined) this.#count(this.#timed, bucket, failed, time / allowed);
    if (onCandidate) {
      const { requests, failed: before } = this.#candidate;
      this.#candidate = { requests: requests + 1, failed: before + Number(failed), timed: 0, late: 0 };
    }
    // The control shows that a status of 500 is noise here: it is no mismatch, but counts where it is more frequent.
    this.#rehearsal?.add({
      shadowDiffers: candidate.failed !== production.failed,
      controlDiffers: control.failed !== production.failed,
      mismatch: false,
      shadowTook: candidate.time,
      controlTook: control.time,
    });
  }

  look(now: number): Judgement {
    if (this.#trips.look(now, this.#candidate, TRIP) !== undefined) return 'roll_back';
    const users = compare({ cells: this.#cells, timed: this.#timed, weight: this.#weight, margin: MARGINS.errors });
    const elapsed = now - this.#began;
    const { answer } = decide({
      ...{ earlier: this.#step, elapsed, hold: HOLD, users, pairs: this.#pairs(elapsed) },
      ...{ margin: MARGINS.errors, alpha: this.#options.alpha },
    });
    return answer === 'invalid' ? 'hold' : answer;
  }

  #pairs(elapsed: number): PairedVerdict {
    if (this.#rehearsal === undefined) return PASS;
    if (this.#rehearsal.isHarmed) return { ...OPEN, verdict: 'regression' };
    // Whether they pass makes no difference before.
    return elapsed < HOLD ? OPEN : { ...OPEN, verdict: this.#rehearsal.decision.answer };
  }

  #count(cells: Uint32Array, bucket: number, failed: boolean, time: number): void {
    const at = bucket * COUNTED;
    cells[at]!++;
    if (failed) cells[at + 1]!++;
    if (time > this.#limits.slow) cells[at + 2]!++;
    if (time > this.#limits.tail) cells[at + 3]!++;
  }

  #setLimits(time: number): void {
    this.#times.push(time);
    if (this.#times.length < ENOUGH) return;
    const sorted = Float64Array.from(this.#times).sort();
    this.#limits = { slow: sorted[ENOUGH * 0.5]!, tail: sorted[ENOUGH * 0.99]! };
    this.#timed = new Uint32Array(BUCKETS * COUNTED);
  }
}
