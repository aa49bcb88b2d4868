import { dayOf } from '../lib/day.ts';
import type { RuleRow } from '../model/store-reader.ts';

/** `expired`: it no longer applies. `never_hit`: it has accepted nothing and changed nothing so far. */
export type RuleState = 'in_use' | 'expired' | 'never_hit';

/** `now` in milliseconds since 1970. */
export function ruleState({ until, hits }: RuleRow, now: number): RuleState {
  if (until !== undefined && until <= now) return 'expired';
  return hits === 0 ? 'never_hit' : 'in_use';
}

/** What a person should know about a rule that needs attention. */
export function doubtInWords({ until }: RuleRow, state: Exclude<RuleState, 'in_use'>): string {
  if (state === 'never_hit') return 'never hit';
  return `expired on ${dayOf(until!)}`;
}
