import type { Answer } from '../model/answer.ts';

/** The exit codes of commands. */
export const EXIT = {
  good: 0,
  /** The proxy does not respond. */
  unhealthy: 1,
  /** Harm is proven. */
  regression: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Neither harm nor its absence is proven yet. */
  inconclusive: 3,
  /** The measurement itself can't be trusted. */
  invalid: 4,
  /** The output could not be written: EX_IOERR of sysexits(3). */
  unwritten: 74,
  /** Ended by a signal during the start, or by a second signal before everything was finished. */
  interrupted: 130,
} as const;

/** The exit code of a gate. */
export function exitOf(verdict: Answer): number {
  return verdict === 'pass' ? EXIT.good : EXIT[verdict];
}
