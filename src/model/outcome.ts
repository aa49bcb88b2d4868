import type { LegFailure } from './exchange.ts';

export const SHADOW_FAILURES = ['shadow_timeout', 'shadow_unreachable', 'shadow_reset', 'shadow_invalid'] as const;

export type ShadowFailure = (typeof SHADOW_FAILURES)[number];

/** The outcome where the shadow gave no complete response. */
export const SHADOW_ENDINGS: Readonly<Record<LegFailure, ShadowFailure>> = {
  timeout: 'shadow_timeout',
  unreachable: 'shadow_unreachable',
  reset: 'shadow_reset',
  invalid: 'shadow_invalid',
};

/**
 * What became of an exchange's copy. Every request received ends in exactly one of these.
 * Where several would apply, the first in the order of cause wins: what the primary or the client did,
 * what the mirror did, what the shadow did, what the comparison found.
 * `primary_failed` and `candidate_failed`: the target that serves the client gave no complete response, or the candidate
 * could not take the request. That is no evidence about pairs: the other version was not asked, or not waited for.
 */
export const OUTCOMES = [
  'match',
  'noise',
  'accepted',
  'mismatch',
  ...SHADOW_FAILURES,
  'primary_failed',
  'candidate_failed',
  'skipped',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/**
 * Why a copy was not sent, or not compared. `refused`: the edge answered the client itself (malformed request, over a
 * limit, CONNECT …). `connection_limit`: as many connections to a target were open as its `connections` allow; where
 * that target is the primary, the client got a 503. `shortage`: the same, for lack of descriptors, ports or memory.
 * `compare_failed`: the comparison of this pair threw, which is a fault of Understudy. `no_shadow`: the service has
 * none. `primary_slow`: the primary was not done within the mirror's limit, which is no fault of the shadow. `paused`: copies
 * were paused to relieve clients (`mirror.pauseWhen`). `test_user`: see the cohorts of a rollout; its requests count for no result. `experiment`: the target of an experiment's arm served
 * the client, or was to. `primary_copy_failed`: the candidate served
 * the client, and the primary gave no complete response to the copy.
 */
export const SKIP_REASONS = [
  'disabled',
  'route',
  'method',
  'unsampled',
  'rate_limited',
  'too_large',
  'in_flight_limit',
  'connection_limit',
  'shortage',
  'breaker_open',
  'tape_full',
  'compare_backlog',
  'client_aborted',
  'upgrade',
  'loop',
  'refused',
  'draining',
  'thread_restart',
  'compare_failed',
  'primary_slow',
  'no_shadow',
  'paused',
  'test_user',
  'primary_copy_failed',
  'experiment',
] as const;

export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why a copy that was wanted was lost on the way. Requests that were never to be copied do not count. */
const SHED_REASONS: readonly SkipReason[] = [
  'tape_full',
  'compare_backlog',
  'in_flight_limit',
  'connection_limit',
  'shortage',
  'breaker_open',
  'thread_restart',
  'compare_failed',
];

/** An outcome with its reason, as one word: `match`, `skipped:tape_full`. The counters are laid out in this order. */
export type Ending = Exclude<Outcome, 'skipped'> | `skipped:${SkipReason}`;

export const ENDINGS: readonly Ending[] = [
  ...OUTCOMES.filter((outcome) => outcome !== 'skipped'),
  ...SKIP_REASONS.map((reason) => `skipped:${reason}` as const),
];

export const SHED: ReadonlySet<Ending> = new Set(SHED_REASONS.map((reason) => `skipped:${reason}` as const));

export interface EndingCount {
  readonly ending: Ending;
  readonly count: number;
}

/** By ending, the most frequent first. */
export function sumOfEndings(counts: Iterable<EndingCount>): EndingCount[] {
  const sums = new Map<Ending, number>();
  for (const { ending, count } of counts) sums.set(ending, (sums.get(ending) ?? 0) + count);
  return [...sums]
    .map(([ending, count]) => ({ ending, count }))
    .sort((left, right) => right.count - left.count || left.ending.localeCompare(right.ending));
}

export function outcomeOf(ending: Ending): { outcome: Outcome; reason: SkipReason | '' } {
  return ending.startsWith('skipped:')
    ? { outcome: 'skipped', reason: ending.slice('skipped:'.length) as SkipReason }
    : { outcome: ending as Outcome, reason: '' };
}
