import { PROXY_CORE } from './machine.ts';
import { coreBusyTime, cpuTime } from './usage.ts';

/** Shares of the time that the proxy's core was used by the proxy, and by everybody else. */
export interface Occupancy {
  readonly busy: number;
  readonly foreign: number;
}

/** Starts watching the proxy's core; the returned function tells how it was used since. */
export function watchCore(pid: number): () => Occupancy {
  const start = performance.now();
  const before = { proxy: cpuTime(pid), core: coreBusyTime(PROXY_CORE) };
  return () => {
    const elapsed = (performance.now() - start) * 1_000;
    const proxy = cpuTime(pid) - before.proxy;
    const foreign = Math.max(0, coreBusyTime(PROXY_CORE) - before.core - proxy);
    return { busy: proxy / elapsed, foreign: foreign / elapsed };
  };
}
