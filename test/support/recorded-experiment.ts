import type { Exposure, Outcome } from '../../src/model/experiment.ts';
import type { ExperimentDefinition, RecordedExperiment } from '../../src/model/recorded-experiment.ts';
import { DEFAULT_SERVICE } from '../../src/model/service.ts';

const OF = { service: DEFAULT_SERVICE, experiment: 'button' } as const;

/** An experiment with two equal arms and a goal of either kind. */
export const BUTTON: ExperimentDefinition = {
  ...OF,
  edition: 'first',
  arms: [
    { arm: 'control', share: 0.5 },
    { arm: 'green', share: 0.5 },
  ],
  goals: [
    { goal: 'purchase', kind: 'conversion' },
    { goal: 'revenue', kind: 'mean' },
  ],
  detect: 0.1,
  alpha: 0.05,
};

/** What was recorded of it. */
export const RECORDED: RecordedExperiment = {
  ...BUTTON,
  isRunning: true,
  begunAt: 0,
  lastAt: 1,
  users: [100, 110],
  sums: [{ goal: 'purchase', arm: 'green', users: 5, sum: 5, squares: 5, sizes: 5 }],
  leftOut: { switched: 0, full: 0, early: 0, unexposed: 0 },
};

/** A key of a user. */
export function user(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export function exposure(arm: string, number: number, at: number): Exposure {
  return { ...OF, arm, user: user(number), at };
}

export function outcome(goal: string, number: number, value: number, at: number): Outcome {
  return { ...OF, goal, user: user(number), value, at };
}
