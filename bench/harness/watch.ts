import { coreBusyTime, cpuTime } from './usage.ts';

/** Shares of the time of the proxy's cores that the proxy used, and everybody else. */
export interface Occupancy {
  readonly busy: number;
  readonly foreign: number;
}

/** Starts watching the proxy's cores; the returned function tells how they were used since. */
export function watchCores(pid: number, cores: readonly number[]): () => Occupancy {
  const busyTime = () => cores.reduce((sum, core) => sum + coreBusyTime(core), 0);
  const start = performance.now();
  const before = { proxy: cpuTime(pid), cores: busyTime() };
  return () => {
    const elapsed = (performance.now() - start) * 1_000 * cores.length;
    const proxy = cpuTime(pid) - before.proxy;
    const foreign = Math.max(0, busyTime() - before.cores - proxy);
    return { busy: proxy / elapsed, foreign: foreign / elapsed };
  };
}
