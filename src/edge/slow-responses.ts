import type { PauseReading } from './pause-gate.ts';

/** Responses that tell a 99th percentile. */
const ENOUGH = 100;
/** Milliseconds after which fewer have to do. */
const LONGEST = 60_000;

/** What the responses of a window of time say. */
export interface SlowReading {
  readonly says: PauseReading;
  /** When the window began, monotonic. */
  readonly from: number;
  readonly responses: number;
  readonly slow: number;
}

/**
 * Whether more than one in a hundred responses of a primary took longer than a limit, in windows of a hundred responses
 * and more. A single slow one never is enough.
 */
export class SlowResponses {
  readonly limit: number;
  #from: number;
  #responses = 0;
  /** Slower than the limit, and than half of it. */
  #slow = 0;
  #halfSlow = 0;

  /** `limit`: milliseconds to the first byte. `now`: monotonic. */
  constructor(limit: number, now: number) {
    this.limit = limit;
    this.#from = now;
  }

  add(firstByte: number): void {
    this.#responses++;
    if (firstByte * 2 <= this.limit) return;
    this.#halfSlow++;
    if (firstByte > this.limit) this.#slow++;
  }

  /** Undefined while there are too few responses. */
  take(now: number): SlowReading | undefined {
    const [from, responses, slow] = [this.#from, this.#responses, this.#slow];
    if (responses < ENOUGH && now - from < LONGEST) return undefined;
    const tooMany = (count: number) => count > 1 && count > responses / 100;
    const says = tooMany(slow) ? 'over' : tooMany(this.#halfSlow) ? 'between' : 'calm';
    this.#from = now;
    this.#responses = 0;
    this.#slow = 0;
    this.#halfSlow = 0;
    return { says, from, responses, slow };
  }
}
