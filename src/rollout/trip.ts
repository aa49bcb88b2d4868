/** The hard limits: what rolls back at once, without a comparison with production. */
import { formatShare } from '../lib/share.ts';

/** What the candidate did since the start. */
export interface CandidateCounts {
  readonly requests: number;
  /** Errors, requests that it could not take, and users who left without an answer. */
  readonly failed: number;
  /**
   * Whole responses, and users who left without an answer; and those of them that took longer than the limit of the
   * 99th percentile.
   */
  readonly timed: number;
  readonly late: number;
}

export interface TripLimits {
  /** A share. */
  readonly errors: number;
  /** Milliseconds. */
  readonly window: number;
  /** Milliseconds. Absent: no limit. */
  readonly p99?: number | undefined;
}

/** The probability, in each window, that chance alone exceeds a limit that is just kept. */
const BY_CHANCE = 1e-6;

/** With fewer responses in the window their times are not judged: the first ones of a new process are slow. */
const FEWEST_TIMED = 10;

const LATE = 0.01;

interface Reading extends CandidateCounts {
  readonly at: number;
  /** The limit at that time: what was late under another one can't be compared. */
  readonly p99: number | undefined;
}

function exceeded(from: Reading, counts: CandidateCounts, now: number, limits: TripLimits): string | undefined {
  const within = `within ${Number(((now - from.at) / 1000).toFixed(1))} s`;
  const [requests, failed] = [counts.requests - from.requests, counts.failed - from.failed];
  if (exceeds(failed, requests, limits.errors))
    return `${failed} of ${requests} requests to the candidate failed ${within}, more than ${formatShare(limits.errors)}`;
  const [timed, late] = [counts.timed - from.timed, counts.late - from.late];
  if (limits.p99 === undefined || from.p99 !== limits.p99) return undefined;
  if (timed < FEWEST_TIMED || !exceeds(late, timed, LATE)) return undefined;
  return `${late} of ${timed} responses of the candidate took longer than ${limits.p99} ms ${within}, more than ${formatShare(LATE)}`;
}

/** Compares what the candidate did within the window with the limits. */
export class TripWatch {
  #readings: Reading[] = [];

  /** What the candidate did within the window. */
  get window(): CandidateCounts {
    const [first, last] = [this.#readings[0], this.#readings.at(-1)];
    const firstTimed = this.#readings.find(({ p99 }) => p99 === last?.p99);
    const grown = (of: keyof CandidateCounts, from: Reading | undefined) => (last?.[of] ?? 0) - (from?.[of] ?? 0);
    return {
      requests: grown('requests', first),
      failed: grown('failed', first),
      timed: grown('timed', firstTimed),
      late: grown('late', firstTimed),
    };
  }

  /**
   * @param now milliseconds on a clock that nobody sets.
   * @returns why it is to be rolled back, in words; undefined if it is not.
   */
  look(now: number, counts: CandidateCounts, limits: TripLimits): string | undefined {
    this.#readings.push({ ...counts, at: now, p99: limits.p99 });
    // One older reading stays: the window begins with it.
    while (this.#readings.length > 2 && this.#readings[1]!.at <= now - limits.window) this.#readings.shift();
    // Also the last part of the window: what broke a moment ago is not made up for by what was well before.
    for (let back = 1; ; back *= 2) {
      const from = this.#readings.at(-1 - back) ?? this.#readings[0]!;
      const reason = exceeded(from, counts, now, limits);
      if (reason !== undefined || from === this.#readings[0]) return reason;
    }
  }
}

/**
 * Whether so many of a total are more than a share explains: the bound of Chernoff and Hoeffding (Hoeffding, 1963,
 * theorem 1) on the probability of that many or more. More than all count as all: what threads count meanwhile may be
 * read in part.
 */
export function exceeds(count: number, total: number, share: number): boolean {
  const rate = total === 0 ? 0 : Math.min(count / total, 1);
  if (rate <= share) return false;
  const without = rate === 1 ? 0 : (1 - rate) * Math.log((1 - rate) / (1 - share));
  return total * (rate * Math.log(rate / share) + without) > -Math.log(BY_CHANCE);
}
