/** The evidence of two routes that turned out to be one. */
import type { SignCounts } from '../model/pair-signs.ts';
import type { BlockClock, Signs } from '../model/route-evidence.ts';

export function mergedClock(left: BlockClock, right: BlockClock): BlockClock {
  const later = left.began > right.began ? left : right;
  return {
    exchanges: left.exchanges + right.exchanges,
    block: left.block + right.block,
    began: later.began,
    within: later.within,
    setBack: left.setBack + right.setBack,
    setAhead: left.setAhead + right.setAhead,
    ...((left.anew ?? right.anew) && { anew: mergedAnew(left, right) }),
  };
}

function mergedAnew({ anew: left }: BlockClock, { anew: right }: BlockClock): NonNullable<BlockClock['anew']> {
  const sum = (part: 'exchanges' | 'block' | 'mismatches') => (left?.[part] ?? 0) + (right?.[part] ?? 0);
  return { exchanges: sum('exchanges'), block: sum('block'), mismatches: sum('mismatches') };
}

/** Both have no open block. What either has proven stays proven. */
export function mergedSigns(left: Signs, right: Signs): Signs {
  return {
    ...left,
    since: {
      exchanges: left.since.exchanges + right.since.exchanges,
      block: left.since.block + right.since.block,
    },
    total: plus(left.total, right.total),
    bad: { blocks: left.bad.blocks + right.bad.blocks, squares: left.bad.squares + right.bad.squares },
    afterWorse: plus(left.afterWorse, right.afterWorse),
    afterBetter: plus(left.afterBetter, right.afterBetter),
    peak: Math.max(left.peak, right.peak),
  };
}

function plus(left: SignCounts, right: SignCounts): SignCounts {
  return { worse: left.worse + right.worse, better: left.better + right.better };
}
