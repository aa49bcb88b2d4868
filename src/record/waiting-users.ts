import type { Exposure, Outcome } from '../model/experiment.ts';
import type { UsersFlush } from './store.ts';

/** Of either kind: some 20 MB. */
const MOST = 50_000;

/**
 * Users of experiments, and what they did, that wait to be written. Outcomes wait a little in any case: another thread may
 * say later that their user was exposed before.
 */
export class WaitingUsers {
  #hold: number;
  #exposures: Exposure[] = [];
  #outcomes: Outcome[] = [];
  /** What came when too many waited, since the start. */
  dropped = 0;

  /** @param hold milliseconds that outcomes wait. */
  constructor(hold: number) {
    this.#hold = hold;
  }

  /** How many may be added now, of either kind. */
  get room(): number {
    return MOST - Math.max(this.#exposures.length, this.#outcomes.length);
  }

  get isEmpty(): boolean {
    return this.#exposures.length + this.#outcomes.length === 0;
  }

  add({ exposures, outcomes }: UsersFlush): void {
    this.#add(this.#exposures, exposures);
    this.#add(this.#outcomes, outcomes);
  }

  /** From now on nothing waits: the end is near. */
  hurry(): void {
    this.#hold = 0;
  }

  /** What is to be written at this time, in order. Undefined: nothing. */
  take(at: number): UsersFlush | undefined {
    // One that is ahead of the time is of before the clock was set back.
    const isDue = (outcome: Outcome) => outcome.at <= at - this.#hold || outcome.at > at;
    const [exposures, outcomes] = [this.#exposures, this.#outcomes.filter(isDue)];
    if (exposures.length + outcomes.length === 0) return undefined;
    this.#exposures = [];
    this.#outcomes = this.#outcomes.filter((outcome) => !isDue(outcome));
    return { exposures: exposures.sort(byTime), outcomes: outcomes.sort(byTime) };
  }

  #add<T>(to: T[], added: readonly T[]): void {
    const fitting = added.slice(0, MOST - to.length);
    to.push(...fitting);
    this.dropped += added.length - fitting.length;
  }
}

function byTime(one: { readonly at: number }, other: { readonly at: number }): number {
  return one.at - other.at;
}
