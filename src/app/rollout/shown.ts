/** The rollout of one service as the API, the command and the page show it. */
import type { RolloutConfig } from '../../config/types.ts';
import { BUCKETS, type RolloutChange, type RolloutState } from '../../model/rollout.ts';
import type { RolloutStatus, StepStatus } from '../../results/rollout-status.ts';
import { nextStep, weightOf } from '../../rollout/lifecycle.ts';
import { adviceFor } from './advice.ts';
import { type Configured, candidateOf, settingsOf } from './configured.ts';

export interface ShownRollout {
  readonly configured: Configured;
  readonly state: RolloutState | 'unknown';
  readonly refusals: RolloutStatus['refusals'];
  readonly last: RolloutChange | undefined;
  readonly step: StepStatus | undefined;
  /** The weight about which a webhook is being asked. */
  readonly asking: number | undefined;
  readonly unwritten: number;
}

export function shownStatus(shown: ShownRollout): RolloutStatus {
  const { configured, refusals, last, step, asking, unwritten } = shown;
  const { service, rollout } = configured;
  const { steps, hold, asks } = settingsOf(configured);
  const state = shown.state === 'unknown' ? ({ phase: 'unknown' } as const) : shown.state;
  const advice = adviceFor(shown.state, configured);
  const next = state.phase === 'unknown' || 'file' in steps ? undefined : nextStep(state, steps);
  return {
    service: service.name,
    ...('file' in steps
      ? { decidedBy: 'file', releasedBy: steps.file === 0 ? 'person' : 'file' }
      : { decidedBy: 'steps', releasedBy: 'person' }),
    ...{ advance: rollout.advance, candidate: candidateOf(configured), phase: state.phase },
    weight: Math.max(given(shown.state), 0) / BUCKETS,
    ...(state.phase === 'rolled_back' && { rolledBackFrom: state.weight / BUCKETS }),
    ...(state.phase === 'canary' && { pace: state.pace }),
    ...{ steps: rollout.steps, hold, trip: limitsOf(rollout.trip), asks, refusals },
    ...(next !== undefined && { next: next / BUCKETS }),
    ...(advice !== undefined && { advice }),
    ...(last && { last: changeOf(last) }),
    ...(step && { step }),
    ...(asking !== undefined && { asking: asking / BUCKETS }),
    unwritten,
  };
}

/** Buckets that the candidate serves, as a number in any state; less than none where nobody may come to it. */
export function given(state: RolloutState | 'unknown'): number {
  const weight = state === 'unknown' ? 'stopped' : weightOf(state);
  return weight === 'stopped' ? -1 : weight;
}

function limitsOf({ errors, window, p99, health }: RolloutConfig['trip']): RolloutStatus['trip'] {
  return { errors, window, ...(p99 !== undefined && { p99 }), ...(health && { health }) };
}

function changeOf({ revision, at, action, by, reason }: RolloutChange): NonNullable<RolloutStatus['last']> {
  return { revision, at, action, by, reason };
}
