import type { BlockClock } from '../model/route-evidence.ts';

/** Flushes are never exactly a second apart. */
const LEAST_TIME = 900;
const LEAST_EXCHANGES = 10;

export const NO_BLOCK: BlockClock = { exchanges: 0, block: 0, began: 0, within: 0, setBack: 0, setAhead: 0 };

/** A clock that goes back by less is only being corrected. */
const SET_BACK = 5_000;

/** The clock after this many more exchanges. A clock that was set back begins a block, too. */
export function advanced(clock: BlockClock, at: number, exchanges: number): BlockClock {
  const over = clock.block === 0 || (Math.abs(at - clock.began) >= LEAST_TIME && clock.within >= LEAST_EXCHANGES);
  return {
    ...clock,
    exchanges: clock.exchanges + exchanges,
    block: clock.block + Number(over),
    began: over ? at : clock.began,
    within: exchanges + (over ? 0 : clock.within),
    setBack: clock.setBack + Number(at < clock.began - SET_BACK),
  };
}
