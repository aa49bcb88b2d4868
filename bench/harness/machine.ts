import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { findProgram } from './processes.ts';

/** Which cores the proxy under test has, and which one load and origin share. */
export interface Placement {
  readonly proxy: readonly number[];
  readonly load: number;
}

/** The proxy has the first cores to itself, where there are more than it gets; else load and origin are on its last one. */
export function placementOf(proxyCores: number): Placement {
  const cores = cpus().length;
  const proxy = Array.from({ length: Math.min(proxyCores, cores) }, (_, core) => core);
  return { proxy, load: Math.min(proxy.length, cores - 1) };
}

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
