import { share } from '../lib/figures.ts';
import { type Ending, SHADOW_FAILURES, type ShadowFailure } from '../model/outcome.ts';
import type { CauseRow } from './cause-rows.ts';
import type { Cause } from './causes.ts';
import { placeInWords, statusesInWords } from './difference-words.ts';
import { endingInWords } from './outcome-groups.ts';

type Told = Pick<Cause, 'places' | 'ending' | 'statuses'>;

const FAILED: Readonly<Record<ShadowFailure, string>> = {
  shadow_timeout: 'the shadow did not answer in time',
  shadow_unreachable: 'the shadow could not be reached',
  shadow_reset: 'the shadow broke off',
  shadow_invalid: 'the shadow’s answer is no valid HTTP',
};

/** `$.total has another value`, `the status is 200 → 500`, `the shadow did not answer in time` */
export function causeInWords({ places: [gravest], ending, statuses }: Told): string {
  if (gravest === undefined) return isFailure(ending) ? FAILED[ending] : endingInWords(ending);
  if (gravest.kind === 'status') return `the status is ${changeOfStatus(statuses)}`;
  const { what, differs } = placeInWords(gravest);
  return `${what} ${differs}`;
}

/** The same as a heading: words begin with a capital letter, paths stay as they are. */
export function causeTitle(cause: Told): string {
  const [gravest] = cause.places;
  const words = causeInWords(cause);
  const isPath = gravest !== undefined && placeInWords(gravest).isPath;
  return isPath ? words : words[0]!.toUpperCase() + words.slice(1);
}

/** `200 → 500`: the most frequent pair. */
export function changeOfStatus([pair]: Cause['statuses']): string {
  return pair === undefined ? 'another' : statusesInWords(pair.primary, pair.shadow);
}

/** `12.5% of those compared` */
export function shareInWords({ severity, share: part }: Pick<CauseRow, 'severity' | 'share'>): string {
  return `${share(part, 1)} of ${severity === 'failure' ? 'the copies' : 'those compared'}`;
}

function isFailure(ending: Ending): ending is ShadowFailure {
  return (SHADOW_FAILURES as readonly Ending[]).includes(ending);
}
