/**
 * The signs of pairs in which shadow and control (or primary) differ in quality. Each block of time gives only one
 * sign, that of the majority, because what happens in one moment has one cause.
 */
import type { Sign, SignCounts } from '../model/pair-signs.ts';
import type { BlockClock, Signs, Transitions } from '../model/route-evidence.ts';
import { chainedSigns, rateAbove } from './e-values.ts';

const NOTHING: SignCounts = { worse: 0, better: 0 };

/** How much of an autocorrelation of 0.9 between exchanges may be left between blocks of this length. */
export const LEFT = 3.6;
const LEAST = 0.2;
export const MOST = 0.35;
/** The number of changes of sign from which their autocorrelation is measured. */
const MEASURABLE = 4;

export function noSigns(clock: BlockClock): Signs {
  return {
    since: { exchanges: clock.exchanges, block: clock.block },
    total: NOTHING,
    open: { ...NOTHING, block: clock.block },
    bad: { blocks: 0, squares: 0 },
    afterWorse: NOTHING,
    afterBetter: NOTHING,
    peak: 0,
  };
}

/** The rate is known, but it proves nothing. */
export function withoutSigns({ since, open }: Signs, total: SignCounts): Signs {
  const none = { afterWorse: NOTHING, afterBetter: NOTHING, bad: { blocks: 0, squares: 0 }, peak: 0 };
  return { ...none, since, total, open: { ...NOTHING, block: open.block } };
}

/** Adds what happened since the last call, in the clock's present block. */
export function addSigns(signs: Signs, clock: BlockClock, { worse, better }: SignCounts): Signs {
  const known = closed(signs, clock);
  return {
    ...known,
    total: plus(known.total, worse, better),
    open: { ...plus(known.open, worse, better), block: clock.block },
  };
}

/** The same, with the open block closed if its time is over. */
export function closed(signs: Signs, clock: BlockClock): Signs {
  const { open } = signs;
  if (open.block === clock.block) return signs;
  const next = {
    ...signs,
    open: { ...NOTHING, block: clock.block },
    bad: {
      blocks: signs.bad.blocks + Number(open.worse > 0),
      squares: signs.bad.squares + open.worse ** 2,
    },
  };
  if (open.worse === open.better) return next;
  if (open.worse < open.better) return withSign(next, 'better');
  const added = withSign(next, 'worse');
  return { ...added, peak: Math.max(added.peak, logEvidence(added, clock)) };
}

function withSign(signs: Signs, sign: Sign): Signs {
  if (signs.last === undefined) return { ...signs, last: sign };
  const after = signs.last === 'worse' ? 'afterWorse' : 'afterBetter';
  return { ...signs, last: sign, [after]: plus(signs[after], Number(sign === 'worse'), Number(sign === 'better')) };
}

/** ln E for: the shadow alone is bad more often than the other alone. */
export function logEvidence(signs: Transitions, clock: BlockClock): number {
  return chainedSigns(signs, dependence(signs, clock));
}

/** ln E for the contrary: it is bad less often. */
export function logReverse({ afterWorse, afterBetter }: Transitions, clock: BlockClock): number {
  return logEvidence({ afterWorse: swapped(afterBetter), afterBetter: swapped(afterWorse) }, clock);
}

/** The number of blocks from which their dispersion is measured. */
const DISPERSED = 10;

/** ln E for: the rate at which the shadow alone is bad is above `limit`. A burst counts as one event. */
export function logRateAbove(limit: number, signs: Signs, clock: BlockClock): number {
  const { total, bad, since } = signs;
  if (bad.blocks === 0) return 0;
  const blocks = clock.block - since.block;
  const mean = total.worse / blocks;
  const variance = (bad.squares - total.worse * mean) / (blocks - 1);
  const dispersion = blocks < DISPERSED ? total.worse / bad.blocks : Math.max(variance / mean, 1);
  return rateAbove(limit, total.worse / dispersion, (clock.exchanges - since.exchanges) / dispersion);
}

/**
 * How much a block's sign may depend on that of the one before: what its length leaves of an autocorrelation of 0.9
 * between exchanges; or the measured autocorrelation plus its standard error, if that is larger.
 */
function dependence({ afterWorse, afterBetter }: Transitions, clock: BlockClock): number {
  const expected = Math.min(Math.max((LEFT * clock.block) / Math.max(clock.exchanges, 1), LEAST), MOST);
  if (afterWorse.better + afterBetter.worse < MEASURABLE) return expected;
  const [fromWorse, fromBetter] = [afterWorse.worse + afterWorse.better, afterBetter.worse + afterBetter.better];
  const [q, p] = [afterWorse.better / fromWorse, afterBetter.worse / fromBetter];
  const error = Math.sqrt((q * (1 - q)) / fromWorse + (p * (1 - p)) / fromBetter);
  return Math.min(Math.max(1 - p - q + error, expected), 0.99);
}

function plus(counts: SignCounts, worse: number, better: number): SignCounts {
  return { worse: counts.worse + worse, better: counts.better + better };
}

function swapped({ worse, better }: SignCounts): SignCounts {
  return { worse: better, better: worse };
}
