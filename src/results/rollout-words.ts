/** A rollout in words, as the command and the page say it. */
import { formatShare } from '../lib/share.ts';
import type { Answer } from '../rollout/decision.ts';
import { inWords } from '../rollout/lifecycle.ts';
import type { RolloutStatus } from './rollout-status.ts';

export const ANSWER_WORDS: Readonly<Record<Answer, string>> = {
  promote: 'promote: nothing speaks against the candidate',
  hold: 'hold',
  roll_back: 'roll back',
  invalid: 'invalid: the measurement cannot be trusted',
};

export function phaseInWords({
  phase,
  weight,
  pace,
  releasedBy,
}: Pick<RolloutStatus, 'phase' | 'weight' | 'pace' | 'releasedBy'>): string {
  switch (phase) {
    case 'unknown':
      return 'production serves everybody, because the store cannot be read';
    case 'rolled_back':
      return `rolled back: production serves everybody until ${releasedWhen(releasedBy)}`;
    case 'canary':
      return `the candidate serves ${formatShare(weight)} of the users${pace === 'held' ? ', held' : ''}`;
    case 'shadow':
    case 'full':
      return inWords({ phase });
  }
}

/** What ends a rollback. */
export function releasedWhen(releasedBy: RolloutStatus['releasedBy']): string {
  return releasedBy === 'file' ? 'the file says weight: 0%' : 'a person releases it';
}
