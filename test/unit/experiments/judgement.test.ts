import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/experiments/judgement.ts';
import type { RecordedExperiment } from '../../../src/model/recorded-experiment.ts';

const RECORDED: RecordedExperiment = {
  service: 'shop',
  experiment: 'button',
  edition: '1',
  arms: [
    { arm: 'control', share: 0.5 },
    { arm: 'green', share: 0.5 },
  ],
  goals: [{ goal: 'purchase', kind: 'conversion' }],
  detect: 0.2,
  alpha: 0.05,
  isRunning: true,
  begunAt: 0,
  lastAt: 1,
  users: [10_000, 10_050],
  sums: [
    { goal: 'purchase', arm: 'control', users: 1_000, sum: 1_000, squares: 1_000, sizes: 1_000 },
    { goal: 'purchase', arm: 'green', users: 1_300, sum: 1_300, squares: 1_300, sizes: 1_300 },
  ],
  leftOut: { switched: 0, full: 0, early: 0, unexposed: 0 },
};

function answers(recorded: RecordedExperiment) {
  return judge(recorded).goals.flatMap(({ comparisons }) => comparisons.map(({ answer }) => answer));
}

describe('the judgement of an experiment', () => {
  it('says which arm does more', () => {
    expect(answers(RECORDED)).toEqual(['more']);
    expect(answers({ ...RECORDED, arms: [...RECORDED.arms].reverse(), users: [10_050, 10_000] })).toEqual(['less']);
  });

  it('takes nothing for proven while users are not divided as configured', () => {
    const { isEven, ratio } = judge({ ...RECORDED, users: [10_000, 8_000] });
    expect(isEven).toBe(false);
    expect(ratio).toBeLessThan(0.001);
    expect(answers({ ...RECORDED, users: [10_000, 8_000] })).toEqual(['invalid']);
  });

  it('is stricter with each comparison that is made', () => {
    const width = (goals: RecordedExperiment['goals']) => {
      const [{ low, high } = { low: 0, high: 0 }] = judge({ ...RECORDED, goals }).goals[0]!.comparisons;
      return high - low;
    };
    const more = ['a', 'b', 'c'].map((goal) => ({ goal, kind: 'conversion' as const }));
    expect(width([...RECORDED.goals, ...more])).toBeGreaterThan(1.05 * width(RECORDED.goals));
  });

  it('takes an arm without an outcome for one with the mean 0', () => {
    const { goals } = judge({ ...RECORDED, sums: RECORDED.sums.slice(0, 1) });
    expect(goals[0]!.arms.map(({ mean }) => mean)).toEqual([0.1, 0]);
    expect(goals[0]!.comparisons[0]!.answer).toBe('less');
  });
});
