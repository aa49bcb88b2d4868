import type { ServingWeights } from '../../edge/serving-weights.ts';
import type { BucketLedger } from '../../metrics/bucket-ledger.ts';
import type { Seat } from '../../model/rollout.ts';
import { type Configured, candidateOf, inherited } from './configured.ts';

export interface ServingOptions {
  /** Shared with the edge threads. */
  readonly weights: ServingWeights;
  /** Of all edge threads. */
  readonly buckets: readonly BucketLedger[];
  /** Where the service is counted by bucket. */
  readonly slot: number;
}

/** What a configuration makes of a service, as edge threads see it. */
interface Seated {
  readonly configured: Configured;
  readonly seat: Seat;
}

/**
 * How many users of one service the candidate serves, as the edge threads read it. While they get another configuration,
 * some have the one and some the other: each is given what holds there, so that nobody changes versions in between.
 */
export class Serving {
  readonly #options: ServingOptions;
  #weight: number | 'stopped' = 'stopped';
  #present: Seated;
  /** Of the configuration that the threads are getting. */
  #next: Seated | undefined;

  constructor(options: ServingOptions, configured: Configured) {
    this.#options = options;
    this.#present = { configured, seat: 0 };
  }

  /** For all edge threads at once, from their next request on. */
  set(weight: number | 'stopped'): void {
    this.#weight = weight;
    this.#put(this.#present, weight);
    if (this.#next !== undefined) this.#put(this.#next, this.#carriedOver(this.#next));
  }

  /** To be called before threads get a configuration. Returns the seat of its candidate. */
  prepare(configured: Configured): Seat {
    const { seat } = this.#present;
    this.#next = { configured, seat: this.#isSame(configured) ? seat : seat === 0 ? 1 : 0 };
    this.#put(this.#next, this.#carriedOver(this.#next));
    return this.#next.seat;
  }

  /** To be called when all threads have it: nobody reads any more what only the one before needed. */
  enter(): void {
    if (this.#next === undefined) return;
    const [before, next] = [this.#present, this.#next];
    this.#weight = this.#carriedOver(next);
    this.#present = next;
    this.#next = undefined;
    for (const row of before.configured.rows)
      if (before.seat !== next.seat || !next.configured.rows.includes(row))
        this.#options.weights.set(row, before.seat, 'stopped');
  }

  #carriedOver({ configured }: Seated): number | 'stopped' {
    return this.#isSame(configured) ? this.#weight : inherited(this.#weight, configured);
  }

  #isSame(configured: Configured): boolean {
    return candidateOf(configured) === candidateOf(this.#present.configured);
  }

  #put({ configured, seat }: Seated, weight: number | 'stopped'): void {
    const { weights, buckets, slot } = this.#options;
    for (const row of configured.rows) {
      for (const ledger of buckets) ledger.setSlot(row, slot);
      weights.set(row, seat, weight);
    }
  }
}
