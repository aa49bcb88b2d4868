import type { ForwardedRequest } from './exchange.ts';
import type { RouteRow } from './route.ts';

/** How many repeated requests of a signature showed the same again, and how many no longer did (`mirror.confirm`). */
export interface RepeatCounts {
  readonly persistent: number;
  readonly transient: number;
}

/** A request that is to be sent to primary and shadow once more, to see whether a mismatch persists. It has no body. */
export interface RepeatRequest {
  /** By which the one who asks for it knows it again. */
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

/** The same with what most of them say; in doubt, that it persists. */
export interface Repeated extends RepeatCounts {
  readonly label: 'persistent' | 'transient';
}

export function labelled({ persistent, transient }: RepeatCounts): Repeated {
  return { label: persistent >= transient ? 'persistent' : 'transient', persistent, transient };
}
