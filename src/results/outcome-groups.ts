import { type Ending, type EndingCount, outcomeOf } from '../model/outcome.ts';

/** Outcomes grouped for people, from good to bad to not compared. */
export const OUTCOME_GROUPS = ['match', 'noise', 'accepted', 'mismatch', 'failed', 'skipped'] as const;

export type OutcomeGroup = (typeof OUTCOME_GROUPS)[number];

/** Groups without a comparison, because there was no copy, or not both responses. */
const NOT_COMPARED: ReadonlySet<OutcomeGroup> = new Set(['failed', 'skipped']);

function groupOf(ending: Ending): OutcomeGroup {
  if (ending.startsWith('skipped:')) return 'skipped';
  if (ending.startsWith('shadow_') || ending === 'primary_failed' || ending === 'candidate_failed') return 'failed';
  return ending as OutcomeGroup;
}

export function groupOutcomes(outcomes: readonly EndingCount[]): Readonly<Record<OutcomeGroup, number>> {
  const sums = { match: 0, noise: 0, accepted: 0, mismatch: 0, failed: 0, skipped: 0 };
  for (const { ending, count } of outcomes) sums[groupOf(ending)] += count;
  return sums;
}

/** What was not compared, and why. */
export function notCompared(outcomes: readonly EndingCount[]): readonly EndingCount[] {
  return outcomes.filter(({ ending }) => NOT_COMPARED.has(groupOf(ending)));
}

export function endingInWords(ending: Ending): string {
  const { outcome, reason } = outcomeOf(ending);
  return reason === '' ? outcome : `skipped (${reason})`;
}
