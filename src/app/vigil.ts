import type { Config } from '../config/types.ts';
import type { Role } from './thread.ts';

/** Seconds after which a thread that does not respond is replaced: more than a busy machine keeps one waiting. */
const PATIENCE = 20;
/** A comparison is begun again where the machine was busy, and takes at most so many times its budget. */
const BUDGETS = 4;

/** For how many looks, one a second, a thread may be silent. */
export function patience(role: Role, { routes }: Config): number {
  if (role !== 'compare') return PATIENCE;
  return PATIENCE + Math.ceil((BUDGETS * Math.max(0, ...routes.map(({ compare }) => compare.budget))) / 1_000);
}

/**
 * Tells that a thread no longer responds: its count of signs of life stays the same from one look to the next. Looks are
 * counted, and not the time between them: where main or the whole process was stopped, no thread was silent.
 */
export class Vigil {
  #beats = Number.NaN;
  #silence = 0;

  /** How many looks in a row, this one included, found no new sign of life. */
  look(beats: number): number {
    this.#silence = beats === this.#beats ? this.#silence + 1 : 0;
    this.#beats = beats;
    return this.#silence;
  }

  /** Another thread begins, which has as long as any for its first sign. */
  begin(): void {
    this.#beats = Number.NaN;
    this.#silence = 0;
  }
}
