/**
 * A mergeable latency sketch: a log-linear histogram over microseconds, as HdrHistogram lays it out.
 * Below 32 µs every microsecond has a bucket; above, each power of two has 32 equal buckets, so that a value read
 * back is at most 1.6 % off. Merging is adding counts; a sketch is any array of `SKETCH_BUCKETS` counts.
 */
const SUB_BITS = 5;
const SUB = 1 << SUB_BITS;
const LARGEST = 2 ** 30 - 1;

export const SKETCH_BUCKETS = (31 - SUB_BITS) * SUB;

/** The bucket of a duration in milliseconds; negative counts as 0, more than 17 minutes as 17 minutes. */
export function sketchBucket(milliseconds: number): number {
  const micros = Math.min(Math.max(Math.round(milliseconds * 1000), 0), LARGEST);
  if (micros < SUB) return micros;
  const exponent = 31 - Math.clz32(micros);
  return (exponent - SUB_BITS + 1) * SUB + ((micros >>> (exponent - SUB_BITS)) & (SUB - 1));
}

/** The bucket of a count instead of a duration: exact below 64; more than 65,535 counts as 65,535. */
export function countBucket(count: number): number {
  return sketchBucket(Math.min(count, MOST_COUNTED) / 1000);
}

const MOST_COUNTED = 0xffff;
export const COUNT_BUCKETS = sketchBucket(MOST_COUNTED / 1000) + 1;

/** The largest number in such a sketch; 0 where it is empty. */
export function largestCount(counts: ArrayLike<number>): number {
  let bucket = counts.length - 1;
  while (bucket >= 0 && counts[bucket] === 0) bucket--;
  return bucket < 0 ? 0 : Math.round(sketchLowerBound(bucket) * 1000);
}

/** The lower bound of a bucket, in milliseconds. */
export function sketchLowerBound(bucket: number): number {
  if (bucket < SUB) return bucket / 1000;
  const exponent = Math.floor(bucket / SUB) + SUB_BITS - 1;
  return (2 ** exponent * (1 + (bucket % SUB) / SUB)) / 1000;
}

/** The value that stands for a bucket, in milliseconds: its middle. */
export function sketchValue(bucket: number): number {
  return bucket < SUB ? bucket / 1000 : (sketchLowerBound(bucket) + sketchLowerBound(bucket + 1)) / 2;
}

/** Number of values in a sketch. */
export function sketchCount(counts: ArrayLike<number>): number {
  let total = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) total += counts[bucket]!;
  return total;
}

/** The value in milliseconds below which a share `q` of the values lies; undefined for an empty sketch. */
export function sketchQuantile(counts: ArrayLike<number>, q: number): number | undefined {
  return ranked([], counts).quantile(q);
}

/**
 * The quantile of signed values kept in two sketches, one of the magnitudes below zero and one of the rest,
 * in milliseconds.
 */
export function signedQuantile(below: ArrayLike<number>, above: ArrayLike<number>, q: number): number | undefined {
  return ranked(below, above).quantile(q);
}

/** Values in ascending order. */
export interface Ranked {
  readonly count: number;
  /** In milliseconds; undefined if there are no values. */
  quantile(q: number): number | undefined;
}

/** The signed values of two sketches, for several quantiles: the counts are added up once. */
export function ranked(below: ArrayLike<number>, above: ArrayLike<number>): Ranked {
  let count = 0;
  /** Buckets with values, and how many values are in it and in those before. Those below zero are `~bucket`. */
  const [buckets, upTo]: [number[], number[]] = [[], []];
  const add = (bucket: number, values: number) => {
    if (values === 0) return;
    count += values;
    buckets.push(bucket);
    upTo.push(count);
  };
  for (let bucket = below.length - 1; bucket >= 0; bucket--) add(~bucket, below[bucket]!);
  for (let bucket = 0; bucket < above.length; bucket++) add(bucket, above[bucket]!);
  return {
    count,
    quantile(q) {
      const rank = Math.min(Math.max(Math.ceil(q * count), 1), count);
      const bucket = buckets[upTo.findIndex((reached) => reached >= rank)];
      if (bucket === undefined) return undefined;
      return bucket < 0 ? -sketchValue(~bucket) : sketchValue(bucket);
    },
  };
}

/** How many of such values are above one, in milliseconds; those in its bucket are not. */
export function countAbove(below: ArrayLike<number>, above: ArrayLike<number>, value: number): number {
  const bucket = sketchBucket(Math.abs(value));
  let count = 0;
  const [from, smaller] = value < 0 ? [0, bucket] : [bucket + 1, 0];
  for (let at = from; at < above.length; at++) count += above[at]!;
  for (let at = 0; at < smaller; at++) count += below[at]!;
  return count;
}
