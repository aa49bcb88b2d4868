/** What is to be done on a step, and why. Pure: the same evidence always gives the same answer. */
import { count, lasting, plural } from '../lib/figures.ts';
import { formatShare } from '../lib/share.ts';
import type { Answer as Verdict } from '../model/answer.ts';
import type { Comparison } from './comparison.ts';
import { isProof } from './doubt.ts';

/**
 * `hold`: there is no proof of anything yet. `invalid`: the measurement cannot be trusted, so that it proves nothing.
 * Only `promote` and `roll_back` let something happen.
 */
export const ANSWERS = ['promote', 'hold', 'roll_back', 'invalid'] as const;

export type Answer = (typeof ANSWERS)[number];

export interface StepEvidence {
  /** How many steps there were before this one, since the release began. */
  readonly earlier: number;
  /** How long it has lasted, and how long it must, in milliseconds. */
  readonly elapsed: number;
  readonly hold: number;
  /** Of different users; undefined where there is no production left to compare with, or no user on the candidate. */
  readonly users: Comparison | undefined;
  /** Of pairs of responses: the verdict on what was copied on this step. Undefined while it cannot be had. */
  readonly pairs: PairedVerdict | undefined;
  /** By how much the error rate may be higher: a share. */
  readonly margin: number;
  /** The largest probability of a false rollback in the whole release. */
  readonly alpha: number;
}

export interface PairedVerdict {
  readonly verdict: Verdict;
  /** In words, the gravest first. */
  readonly reasons: readonly string[];
  /** Whether there was anything to compare. */
  readonly compared: boolean;
}

export interface Decision {
  readonly answer: Answer;
  /** In words, the gravest first. */
  readonly reasons: readonly string[];
  /** About how many milliseconds more it takes, if all goes on like this; absent where that is not known. */
  readonly remaining?: number;
}

/** The probability at which a wrong ratio of requests makes the comparison invalid. */
const RATIO_DOUBT = 0.001;

/** ln of what the evidence of harm must reach: the steps have α / 2, α / 6, α / 12 …, and each of three tests a third. */
function alarm(alpha: number, earlier: number): number {
  return Math.log((3 * (earlier + 1) * (earlier + 2)) / alpha);
}

/** The part of α that is for the verdict on the pairs of a step. */
export function alphaOfPairs(alpha: number, earlier: number): number {
  return alpha / ((earlier + 1) * (earlier + 2));
}

export function decide(evidence: StepEvidence): Decision {
  const harm = [...harmOfUsers(evidence), ...harmOfPairs(evidence)];
  if (harm.length > 0) return { answer: 'roll_back', reasons: harm };
  const doubts = doubtsIn(evidence);
  if (doubts.length > 0) return { answer: 'invalid', reasons: doubts };
  const needs = needsOf(evidence);
  if (needs.length === 0) return { answer: 'promote', reasons: [provenInWords(evidence)] };
  const waits = needs.map(({ remaining }) => remaining);
  const known = waits.every((wait) => wait !== undefined);
  return {
    answer: 'hold',
    reasons: needs.map(({ reason }) => reason),
    ...(known && { remaining: Math.max(...waits) }),
  };
}

function harmOfUsers({ users, alpha, earlier }: StepEvidence): readonly string[] {
  if (users === undefined) return [];
  const enough = alarm(alpha, earlier);
  const { candidate, production, failsMore, slower, tail } = users;
  const rate = ({ failed, requests }: Comparison['candidate']) => `${failed} of ${count(requests)}`;
  return [
    ...(failsMore >= enough
      ? [`requests of users of the candidate fail more often: ${rate(candidate)}, of production ${rate(production)}`]
      : []),
    ...(slower >= enough ? ['the median time of users of the candidate is above the margin'] : []),
    ...(tail >= enough ? ['the slowest hundredth of responses to users of the candidate is above the margin'] : []),
  ];
}

function harmOfPairs({ pairs }: StepEvidence): readonly string[] {
  return pairs?.verdict === 'regression' ? pairs.reasons : [];
}

function doubtsIn({ users, pairs }: StepEvidence): readonly string[] {
  const doubts = pairs?.verdict === 'invalid' && pairs.compared ? [...pairs.reasons] : [];
  if (users !== undefined && users.ratio >= -Math.log(RATIO_DOUBT)) {
    const { candidate, production } = users;
    doubts.push(
      `users of the candidate made ${plural(candidate.requests, 'request')}, and as many users of production ` +
        `${count(production.requests)}: that is not chance, so they cannot be compared`,
    );
  }
  return doubts;
}

interface Need {
  readonly reason: string;
  /** Milliseconds. */
  readonly remaining?: number;
}

function needsOf({ elapsed, hold, users, pairs, margin }: StepEvidence): readonly Need[] {
  const needs: Need[] = [];
  if (elapsed < hold) needs.push({ reason: `the step lasts at least ${lasting(hold)}`, remaining: hold - elapsed });
  if (users !== undefined && !isProof(users.failsNoMore)) needs.push(errorNeed(users, elapsed, margin));
  if (users !== undefined && isProof(Math.max(users.failsMore, users.slower, users.tail)))
    needs.push({ reason: 'users of the candidate seem to be worse off, which is not proven yet' });
  if (pairs === undefined) needs.push({ reason: 'the verdict on the copies cannot be had at present' });
  else if (!pairs.compared) needs.push({ reason: 'no copies of this step were compared yet' });
  else if (pairs.verdict !== 'pass')
    needs.push(...pairs.reasons.slice(0, MOST_REASONS).map((reason) => ({ reason: `of the copies: ${reason}` })));
  return needs;
}

const MOST_REASONS = 3;

function errorNeed({ candidate, production, proof }: Comparison, elapsed: number, margin: number): Need {
  const that = `that the candidate fails in at most ${formatShare(margin)} more of its requests is not proven`;
  if (candidate.requests === 0) return { reason: `${that}: no request of a user came to it yet` };
  if (production.requests === 0) return { reason: `${that}: no request of a user to compare with came yet` };
  const { times, of } = proof;
  if (times === Number.POSITIVE_INFINITY) {
    const after = plural(candidate.requests, 'request');
    return { reason: `${that}, after ${after}, and more of the same would not prove it` };
  }
  if (of === 'users') {
    const users = `about ${plural(Math.ceil(candidate.buckets * times), 'user')}, and ${count(candidate.buckets)} came`;
    return { reason: `${that}: some fail far more often than others, so that it takes ${users}` };
  }
  const more = plural(Math.ceil(candidate.requests * (times - 1)), 'more request');
  const remaining = elapsed * (times - 1);
  return { reason: `${that}: it takes about ${more}, ${lasting(remaining)}`, remaining };
}

function provenInWords({ users }: StepEvidence): string {
  if (users === undefined) return 'the verdict on the copies passes';
  const { candidate, production } = users;
  return `the verdict on the copies passes, and of ${count(candidate.requests)} requests of users ${count(candidate.failed)} failed, of ${count(production.requests)} on production ${count(production.failed)}`;
}
