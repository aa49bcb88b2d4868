/**
 * Where the median of paired deltas lies, however often one looks: a confidence sequence. Deltas of one moment are alike
 * (a burst, a pause of a collector), so that as many count as would say the same if they were independent.
 */
import { logBeta } from '../lib/log-beta.ts';
import type { DeltaBlocks } from '../model/route-evidence.ts';
import { LEFT, MOST } from './signs.ts';

/** That the median is ever outside. */
const ALPHA = 0.001;

/**
 * Between which quantiles of so many independent values the median of what they were drawn from lies, with an error of
 * `alpha` at most over all moments at which anybody looks: the values of which the number below them is not rejected as
 * that of fair coins by the Beta-binomial mixture (Robbins, 1970; for quantiles: Howard and Ramdas, 2022, section 3).
 * Undefined where there are too few to tell.
 */
export function medianSequence(
  size: number,
  alpha = ALPHA,
): { readonly low: number; readonly high: number } | undefined {
  const isRejected = (share: number) => {
    const below = share * size;
    return logBeta(below + 1, size - below + 1) + size * Math.LN2 >= -Math.log(alpha);
  };
  if (!isRejected(0)) return undefined;
  let [out, within] = [0, 0.5];
  for (let step = 0; step < 40; step++) {
    const middle = (out + within) / 2;
    if (isRejected(middle)) out = middle;
    else within = middle;
  }
  return { low: out, high: 1 - out };
}

/** The first deltas of a route, of which this is the median in milliseconds. */
export function noDeltas(reference: number): DeltaBlocks {
  return {
    reference,
    open: { block: 0, pairs: 0, above: 0 },
    closed: { blocks: 0, pairs: 0, above: 0, pairsSquared: 0, aboveSquared: 0, product: 0 },
  };
}

/** With so many more pairs in that block, of which so many have deltas above the reference. */
export function addDeltas(known: DeltaBlocks, block: number, pairs: number, above: number): DeltaBlocks {
  const { open, closed } = block === known.open.block ? known : withClosed(known, block);
  return {
    reference: known.reference,
    open: { block, pairs: open.pairs + pairs, above: open.above + above },
    closed,
  };
}

function withClosed({ reference, open, closed }: DeltaBlocks, block: number): DeltaBlocks {
  const next = { block, pairs: 0, above: 0 };
  if (open.pairs === 0) return { reference, open: next, closed };
  return {
    reference,
    open: next,
    closed: {
      blocks: closed.blocks + 1,
      pairs: closed.pairs + open.pairs,
      above: closed.above + open.above,
      pairsSquared: closed.pairsSquared + open.pairs ** 2,
      aboveSquared: closed.aboveSquared + open.above ** 2,
      product: closed.product + open.pairs * open.above,
    },
  };
}

/**
 * How many deltas say as much as one that is independent: the design effect, by how much more the numbers above the
 * reference differ from block to block than those of coins would (Kish, Survey Sampling, 1965, chapter 8). It is no more
 * than if each block were one, and as large as it can be for what was measured; and what blocks may have in common with the
 * one before comes on top. Undefined before the first block is over.
 *
 * @param all of the routes that are one by now.
 */
export function designEffect(all: readonly DeltaBlocks[]): number | undefined {
  const blocks = sum(all, ({ closed }) => closed.blocks);
  if (blocks === 0) return undefined;
  const pairs = sum(all, ({ closed }) => closed.pairs);
  const expected = sum(all, ({ closed }) => coins(closed));
  const found = sum(all, ({ closed }) => squares(closed));
  const whole = sum(all, ({ closed }) => closed.pairsSquared) / pairs;
  const least = blocks === 1 ? 0 : leastOfVariance(blocks - 1);
  const measured = expected === 0 || least === 0 ? whole : found / expected / least;
  const dependence = Math.min((LEFT * blocks) / pairs, MOST);
  return Math.max(Math.min(measured, whole), 1) * ((1 + dependence) / (1 - dependence));
}

/** Quantile of the standard normal distribution for 1 %. */
const Z = -2.326;

/**
 * How small, as a share of what it is of, a variance may be measured with so many degrees of freedom: the quantile of χ² for
 * 1 %, divided by them (Wilson and Hilferty, 1931).
 */
function leastOfVariance(freedom: number): number {
  const spread = 2 / (9 * freedom);
  return Math.max(1 - spread + Z * Math.sqrt(spread), 0) ** 3;
}

type Closed = DeltaBlocks['closed'];

function coins({ pairs, above }: Closed): number {
  return pairs === 0 ? 0 : (above * (pairs - above)) / pairs;
}

/** Of how far the number above the reference is from its share of the pairs, over the blocks. */
function squares({ pairs, above, pairsSquared, aboveSquared, product }: Closed): number {
  if (pairs === 0) return 0;
  const share = above / pairs;
  return aboveSquared - 2 * share * product + share ** 2 * pairsSquared;
}

function sum<T>(of: readonly T[], value: (each: T) => number): number {
  return of.reduce((before, each) => before + value(each), 0);
}
