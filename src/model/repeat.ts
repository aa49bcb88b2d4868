import type { ForwardedRequest } from './exchange.ts';
import type { RouteRow } from './route.ts';

/**
 * How many repeated requests of a signature showed the same mismatch again, and how many did not (`mirror.confirm`).
 */
export interface RepeatCounts {
  readonly persistent: number;
  readonly transient: number;
}

/** A request to repeat to primary and shadow, to see whether a mismatch persists. It has no body. */
export interface RepeatRequest {
  /** Chosen by the sender, who recognizes the result by it. */
  readonly number: number;
  readonly service: string;
  /** Row of the route in the ledgers. */
  readonly row: RouteRow;
  /** The number of the rehearsal. */
  readonly rehearsal: number;
  readonly id: string;
  readonly head: ForwardedRequest;
}

export function sumOfRepeats(one: RepeatCounts, other: RepeatCounts): RepeatCounts {
  return { persistent: one.persistent + other.persistent, transient: one.transient + other.transient };
}

/** The counts, with what most of the repeats say; where they are equal, that the mismatch persists. */
export interface Repeated extends RepeatCounts {
  readonly label: 'persistent' | 'transient';
}

export function labelled({ persistent, transient }: RepeatCounts): Repeated {
  return { label: persistent >= transient ? 'persistent' : 'transient', persistent, transient };
}
