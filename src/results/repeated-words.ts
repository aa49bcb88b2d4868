import { plural } from '../lib/figures.ts';
import type { Repeated } from '../model/repeat.ts';

/** `persistent: 4 of 5 repeated requests differed there again`. */
export function repeatedInWords({ label, persistent, transient }: Repeated): string {
  return `${label}: ${persistent} of ${plural(persistent + transient, 'repeated request')} differed there again`;
}
