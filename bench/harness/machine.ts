import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { findProgram } from './processes.ts';

/** The proxy has a core to itself; load and origin share the other. */
export const PROXY_CORE = 0;
export const LOAD_CORE = 1;

/** Why these programs can't be used to measure anything here, or undefined. */
export function unfitness(needed: readonly string[]): string | undefined {
  if (process.platform !== 'linux') return 'CPU time and memory are read from /proc, so the benchmark needs Linux';
  if (availableParallelism() < 2) return 'the benchmark needs two cores: one for the proxy, one for load and origin';
  const missing = needed.filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) return `${missing.join(' and ')} not found; in Debian: apt-get install wrk util-linux`;
  return undefined;
}

export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
    load: Number(loadavg()[0]!.toFixed(2)),
  };
}
