import type { ShadowFailure } from '../model/outcome.ts';
import type { RouteRow } from '../model/route.ts';

/** Exchanges of one kind that needed no comparison. */
export interface SettledCount {
  /** The number of the rehearsal. */
  readonly rehearsal: number;
  /** Of the route, in the ledgers. */
  readonly row: RouteRow;
  readonly ending: 'match' | ShadowFailure;
  readonly primaryStatus: number;
  readonly count: number;
  /** When the first and the last of them were received, in milliseconds since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

type Kind = Pick<SettledCount, 'rehearsal' | 'row' | 'ending' | 'primaryStatus'>;

/**
 * Counts by kind the exchanges that are settled without a comparison. There are too many of them for the tape of the
 * pairs. So only one of each kind goes there at a time, as an example, and the counts go to main separately.
 */
export class SettledCounts {
  #counts = new Map<string, Counted>();

  /** Whether it is the first of its kind since the last `take`. */
  add(kind: Kind, receivedAt: number): boolean {
    const { rehearsal, row, ending, primaryStatus } = kind;
    const key = `${rehearsal}:${row}:${ending}:${primaryStatus}`;
    const known = this.#counts.get(key);
    if (known === undefined) {
      this.#counts.set(key, { ...kind, count: 1, firstSeen: receivedAt, lastSeen: receivedAt });
      return true;
    }
    known.count++;
    if (receivedAt < known.firstSeen) known.firstSeen = receivedAt;
    if (receivedAt > known.lastSeen) known.lastSeen = receivedAt;
    return false;
  }

  /** The counts since the last call. */
  take(): SettledCount[] {
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    return counts;
  }
}

interface Counted extends SettledCount {
  count: number;
  firstSeen: number;
  lastSeen: number;
}
