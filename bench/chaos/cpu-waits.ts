import { readdirSync, readFileSync } from 'node:fs';

/** By edge thread of a process: milliseconds that it has waited for a CPU since it began (schedstat in /proc). */
export function cpuWaits(pid: number): readonly (readonly [string, number])[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const name = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
      if (!name.startsWith('edge-')) return [];
      const [, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      return [[name, Number(waited) / 1e6]];
    } catch {
      return [];
    }
  });
}
