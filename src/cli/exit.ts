import type { Answer } from '../model/answer.ts';

/** What a command's exit code says to scripts. */
export const EXIT = {
  good: 0,
  /** The proxy does not answer. */
  unhealthy: 1,
  /** Harm is proven. */
  regression: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Nothing is proven yet, neither harm nor its absence. */
  inconclusive: 3,
  /** The measurement itself can't be trusted. */
  invalid: 4,
  /** What was to be printed could not be written: EX_IOERR of sysexits(3). */
  unwritten: 74,
  /** Ended by a signal during the start, or by a second one before all was finished. */
  interrupted: 130,
} as const;

/** With which a gate ends. */
export function exitOf(verdict: Answer): number {
  return verdict === 'pass' ? EXIT.good : EXIT[verdict];
}
