import { constants, getPriority, setPriority } from 'node:os';
import { platform } from 'node:process';

const LOWEST = constants.priority.PRIORITY_LOW;

/** What `lowerPriority` came to. */
export type Lowered = { readonly done: true } | { readonly done: false; readonly why: string };

/**
 * Lowers the priority of one thread by so many steps of nice, as far as there are any.
 *
 * Linux keeps a priority for each thread, against POSIX, and takes the id of a process for its main thread
 * (setpriority(2), "C library/kernel differences"). Elsewhere the whole process would be slowed: nothing is done there.
 * @param steps 0 to 19
 * @param id of a process; 0: the thread that calls
 */
export function lowerPriority(steps: number, id = 0): Lowered {
  if (steps === 0) return { done: true };
  if (platform !== 'linux') return { done: false, why: `${platform} knows no priorities of threads` };
  try {
    setPriority(id, Math.min(getPriority(id) + steps, LOWEST));
    return { done: true };
  } catch (error) {
    return { done: false, why: (error as Error).message };
  }
}
