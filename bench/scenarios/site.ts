import type { Origin } from '../origin/origin.ts';
import type { Site } from '../peers/peer.ts';
import type { Bench } from './scenario.ts';

/** Where the proxies of a scenario run, in front of this origin. */
export function siteOf({ folder, cores }: Bench, { primary, shadow }: Origin): Site {
  return { primary, shadow, folder, cores };
}
