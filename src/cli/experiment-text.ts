import { count, moment } from '../lib/figures.ts';
import { formatShare } from '../lib/share.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';

/** An experiment as some lines. Texts in them are not escaped yet. */
export function experimentLines({ service, experiment, state, arms, goals, ...rest }: ExperimentResults): string[] {
  const { begunAt, lastAt, doubts } = rest;
  const until = state === 'ended' ? `, ended after ${moment(lastAt)}` : '';
  return [
    `${experiment} of ${service}: ${state}, begun ${moment(begunAt)}${until} UTC`,
    `  users: ${arms.map(({ arm, users, share }) => `${arm} ${count(users)} (${formatShare(share)})`).join(', ')}`,
    ...doubts.map((doubt) => `  ! ${doubt}`),
    ...goals.flatMap(({ comparisons }) => comparisons.map(({ words }) => `  ${words}`)),
    ...(goals.length === 0 ? ['  it has no goals: nothing is compared'] : []),
  ];
}
