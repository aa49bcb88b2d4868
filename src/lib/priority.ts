import { constants, getPriority, setPriority } from 'node:os';
import { platform } from 'node:process';

const LOWEST = constants.priority.PRIORITY_LOW;

/** The result of `lowerPriority`. */
export type Lowered = { readonly done: true } | { readonly done: false; readonly why: string };

/**
 * Lowers the priority of one thread by a number of nice steps, as far as the system allows.
 *
 * Linux has a priority per thread, unlike POSIX, and takes the id of a process as its main thread (setpriority(2), "C
 * library/kernel differences"). Elsewhere the whole process would be slowed, so nothing is done there.
 * @param steps 0 to 19
 * @param id of a process; 0: the calling thread
 */
export function lowerPriority(steps: number, id = 0): Lowered {
  if (steps === 0) return { done: true };
  if (platform !== 'linux') return { done: false, why: `${platform} has no thread priorities` };
  try {
    setPriority(id, Math.min(getPriority(id) + steps, LOWEST));
    return { done: true };
  } catch (error) {
    return { done: false, why: (error as Error).message };
  }
}
