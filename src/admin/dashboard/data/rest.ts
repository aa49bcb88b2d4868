/** An answer is not asked for again before this many times as long as it took, but after 15 s at the latest. */
const RESTS = 4;
const LONGEST_REST = 15_000;

/** How long an answer is good enough, by how long it took; both in milliseconds. */
export function restAfter(took: number): number {
  return Math.min(RESTS * took, LONGEST_REST);
}
