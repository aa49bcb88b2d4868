export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The same as equally wide bars of a scale. A bar that is in several gives each its part; what is outside is left out. */
export function binned(bars: readonly Bar[], { from, to }: Omit<Bar, 'count'>, bins: number): readonly Bar[] {
  const width = (to - from) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const bar of bars) {
    const first = Math.max(0, Math.floor((bar.from - from) / width));
    const last = Math.min(bins - 1, Math.floor((bar.to - from) / width));
    for (let at = first; at <= last; at++) {
      const low = from + at * width;
      const shared = Math.min(bar.to, low + width) - Math.max(bar.from, low);
      // A bar without a width has all of its values at one place.
      const part = bar.to > bar.from ? Math.max(0, shared) / (bar.to - bar.from) : 1 / (last - first + 1);
      counts[at]! += part * bar.count;
    }
  }
  return counts.map((count, at) => ({ from: from + at * width, to: from + (at + 1) * width, count }));
}

/** A quarter of each bar moves to each neighbour: chance makes neighbours differ. */
export function smooth(bars: readonly Bar[]): readonly Bar[] {
  return bars.map((bar, at) => {
    const [before, after] = [bars[at - 1] ?? bar, bars[at + 1] ?? bar];
    return { ...bar, count: bar.count / 2 + (before.count + after.count) / 4 };
  });
}
