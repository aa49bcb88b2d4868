import { count, lasting, moment, plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import { formatShare } from '../lib/share.ts';
import type { RolloutChange } from '../model/rollout.ts';
import type { GroupStatus, RolloutStatus, StepStatus } from '../results/rollout-status.ts';
import { ANSWER_WORDS, phaseInWords } from '../results/rollout-words.ts';
import { changeInWords, inWords } from '../rollout/lifecycle.ts';

/** A rollback acts without anybody's help, and so tells nobody. */
const ALONE = '  replicas   none is rolled back by this, where there are others: each has a rollout of its own';

/** The status of one rollout, as some lines. */
export function statusText(status: RolloutStatus): string {
  const { service, candidate, decidedBy, advance, last, step, asking, unwritten, next, advice } = status;
  const lines = [
    `${service}: ${phaseInWords(status)}`,
    `  candidate  ${candidate}`,
    `  decided by ${decidedBy === 'file' ? 'the configuration (rollout.weight)' : `steps, ${advance}`}`,
    ...(step ? stepLines(step, status.phase === 'full' ? 0 : status.hold) : []),
    ...(next === undefined ? [] : [`  next step  ${formatShare(next)}`]),
    ...(advice === undefined ? [] : [`  what next  ${advice}`]),
    ...(asking === undefined ? [] : [`  asking     a webhook whether ${formatShare(asking)} may begin`]),
    ...(last ? [`  last       ${changeInWords(last)}, ${moment(last.at)}: ${last.reason}`] : []),
    ...(status.phase === 'rolled_back' ? [ALONE] : []),
    ...(unwritten > 0 ? [`  not stored ${unwrittenInWords(unwritten)}`] : []),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function unwrittenInWords(changes: number): string {
  return `${plural(changes, 'change')} took effect but ${changes === 1 ? 'is' : 'are'} not in the store yet`;
}

function stepLines({ elapsed, answer, reasons, remaining, users }: StepStatus, hold: number): string[] {
  return [
    `  this step  ${lasting(elapsed)}${hold === 0 ? '' : `, at least ${lasting(hold)}`}`,
    ...(answer === undefined
      ? []
      : [`  answer     ${ANSWER_WORDS[answer]}${remaining ? `, about ${lasting(remaining)} more` : ''}`]),
    ...reasons.map((reason) => `             - ${reason}`),
    ...(users === undefined
      ? []
      : [
          `  users      ${groupInWords('of the candidate', users.candidate)}; ${groupInWords('of production', users.production)}`,
        ]),
  ];
}

function groupInWords(of: string, { requests, failed }: GroupStatus): string {
  return `${of} ${count(requests)} requests, ${count(failed)} failed`;
}

/** `2026-12-01 10:00:00  promote by ann: the candidate serves 5% of the users (all is well)` */
export function historyText(changes: readonly RolloutChange[]): string {
  const isOne = new Set(changes.map(({ service }) => service)).size < 2;
  const lines = changes.map(
    ({ service, at, action, by, state, reason }) =>
      `${moment(at)}  ${isOne ? '' : `${service}  `}${changeInWords({ action, by })}: ${inWords(state)}${state.phase === 'rolled_back' ? '' : ` (${reason})`}`,
  );
  return `${lines.map(printable).join('\n')}\n`;
}
