import { loadAtRate } from '../load/open-loop.ts';
import { type Asked, saturate } from '../load/wrk.ts';
import type { Work } from './course.ts';

export function saturated(asked: Partial<Asked> = {}): Work {
  const load: Work['load'] = (port, seconds) => saturate(port, seconds, asked);
  return { load, warmUp: load };
}

/**
 * So many requests a second, however slowly they are answered. The cost is that of all of them, the first second's too.
 *
 * It warms up saturated and then at the rate, twice as long: other paths are taken then, and for about ten seconds V8
 * compiles anew what it had compiled for the saturated ones, which costs up to 15 µs a request.
 */
export function atRate(rate: number, path: string): Work {
  const load: Work['load'] = async (port, seconds) => {
    const { answered, unanswered, failures, p50, p99 } = await loadAtRate(port, rate, seconds, path);
    return { requests: answered, duration: seconds * 1e6, p50, p99, failures: failures + unanswered };
  };
  return {
    load,
    warmUp: async (port, seconds) => {
      await saturate(port, seconds, { path });
      return load(port, 2 * seconds);
    },
  };
}
