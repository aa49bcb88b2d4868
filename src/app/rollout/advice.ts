/** What a person can do where a rollout does not go on by itself, in words. */
import { formatShare } from '../../lib/share.ts';
import type { RolloutState } from '../../model/rollout.ts';
import { inWords } from '../../rollout/lifecycle.ts';
import type { Configured } from './configured.ts';

type State = RolloutState | 'unknown';
type Written = Pick<Configured, 'rollout'>;

/** What leads on from the end of the way, or from a rollback; undefined elsewhere. */
export function adviceFor(state: State, configured: Written): string | undefined {
  if (state === 'unknown') return undefined;
  const { weight } = configured.rollout;
  switch (state.phase) {
    case 'shadow':
    case 'canary':
      return undefined;
    case 'full':
      return weight !== undefined
        ? 'make the candidate the primary and set weight: 0% in the file, both in one reload'
        : 'make the candidate the primary in the configuration, and reload; release and rollback lead all users back to production';
    case 'rolled_back':
      if (weight === undefined) return 'release it; a new rollout can start then';
      return weight === 0
        ? 'release it, and cohorts and overrides lead to the candidate again: weight: 0% in the file was there before'
        : `weight: 0% in the file releases it; until then its weight: ${formatShare(weight)} is ignored`;
  }
}

/** That the weight in the file has no effect, and why; undefined where it has one. */
export function ignoredWeight(state: State, configured: Written): string | undefined {
  if (state === 'unknown' || state.phase !== 'rolled_back') return undefined;
  const { weight } = configured.rollout;
  if (weight === undefined || weight === 0) return undefined;
  return `weight: ${formatShare(weight)} in the file is ignored: ${inWords(state)}, and only weight: 0% in the file releases it`;
}
