/**
 * The blocks of time of one route. What happens in one moment (a burst, a pause of a collector, a value that is cached for
 * a while) is one observation, so that evidence takes one sign of each block. A block is as long as the time between two
 * flushes, at least a second, and has at least ten exchanges.
 */
export interface BlockClock {
  /** Compared exchanges up to now. */
  readonly exchanges: number;
  /** The present block, from 1. */
  readonly block: number;
  /** When it began, milliseconds since 1970. */
  readonly began: number;
  /** Exchanges in it. */
  readonly within: number;
}

/** Flushes that are a second apart are never exactly that. */
const LEAST_TIME = 900;
const LEAST_EXCHANGES = 10;

export const NO_BLOCK: BlockClock = { exchanges: 0, block: 0, began: 0, within: 0 };

/** So many exchanges later. A clock that was set back begins a block, too. */
export function advanced(clock: BlockClock, at: number, exchanges: number): BlockClock {
  const over = clock.block === 0 || (Math.abs(at - clock.began) >= LEAST_TIME && clock.within >= LEAST_EXCHANGES);
  return {
    exchanges: clock.exchanges + exchanges,
    block: clock.block + Number(over),
    began: over ? at : clock.began,
    within: exchanges + (over ? 0 : clock.within),
  };
}
