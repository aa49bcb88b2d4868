import { describe, expect, it } from 'vitest';
import type { GoalSum, RecordedExperiment } from '../../../src/model/recorded-experiment.ts';
import { meanInWords, signedDistance } from '../../../src/results/experiment-figures.ts';
import { readExperiments } from '../../../src/results/experiments.ts';
import { BUTTON } from '../../support/recorded-experiment.ts';

const NOTHING = { switched: 0, full: 0, early: 0, unexposed: 0 };
const DAY = 86_400_000;

function bought(arm: string, users: number): GoalSum {
  return { goal: 'purchase', arm, users, sum: users, squares: users, sizes: users };
}

function recorded(parts: Partial<RecordedExperiment>): RecordedExperiment {
  return {
    ...BUTTON,
    goals: [{ goal: 'purchase', kind: 'conversion' }],
    isRunning: true,
    begunAt: 0,
    lastAt: 2 * DAY,
    users: [5_000, 5_000],
    sums: [bought('control', 500), bought('green', 540)],
    leftOut: NOTHING,
    ...parts,
  };
}

async function shown(parts: Partial<RecordedExperiment>) {
  const [only] = await readExperiments({ experiments: async () => [recorded(parts)] });
  return only!;
}

async function words(parts: Partial<RecordedExperiment>): Promise<string> {
  const { goals } = await shown(parts);
  return goals[0]!.comparisons[0]!.words;
}

describe('figures of an experiment', () => {
  it('are percentages that differ by points, and means with four digits', () => {
    expect([meanInWords('conversion', 0.19118), signedDistance('conversion', -0.03)]).toEqual(['19.12%', '-3.00']);
    expect(signedDistance('conversion', 0.00001)).toBe('0.00');
    expect([meanInWords('mean', 1234.567), signedDistance('mean', 0.03896), signedDistance('mean', 0)]).toEqual([
      '1,235',
      '+0.03896',
      '0',
    ]);
  });
});

describe('the results of an experiment', () => {
  it('say in words what is not proven, and how long it takes', async () => {
    const { goals } = await shown({});
    const [{ needed, remaining }] = goals[0]!.comparisons as unknown as [{ needed: number; remaining: number }];
    expect(remaining).toBeCloseTo(2 * DAY * (needed / 10_000 - 1));
    expect(await words({})).toMatch(
      /^purchase: green converts 0\.80 points more than control \(between -\d\.\d\d and \+\d\.\d\d, 95%\), not proven; about \d+ days more at the present rate \([\d,]+ more users for a difference of 10%\)$/,
    );
  });

  it('say what is proven', async () => {
    expect(await words({ sums: [bought('control', 500), bought('green', 800)] })).toMatch(
      /6\.00 points more .*, proven$/,
    );
    expect(await words({ sums: [bought('control', 800), bought('green', 500)] })).toMatch(
      /6\.00 points less .*, proven$/,
    );
  });

  it('say that enough users came', async () => {
    const many = { users: [500_000, 500_000], sums: [bought('control', 50_000), bought('green', 50_000)] };
    expect(await words(many)).toMatch(/converts as much as control .* 10% of the mean would have been found by now/);
  });

  it('show no interval of means that are not known yet, and are plain JSON', async () => {
    const nobody = await shown({ users: [0, 0], sums: [], goals: [{ goal: 'revenue', kind: 'mean' }] });
    expect(JSON.parse(JSON.stringify(nobody))).toEqual(nobody);
    expect(nobody.goals[0]!.comparisons[0]).toMatchObject({
      answer: 'unproven',
      words: 'revenue: nothing is known of green yet',
    });
    expect(nobody.goals[0]!.comparisons[0]).not.toHaveProperty('low');
  });

  it('prove nothing where users are divided in another way, and say so', async () => {
    const uneven = await shown({ users: [5_000, 3_000], sums: [bought('control', 500), bought('green', 800)] });
    expect(uneven.ratio.isEven).toBe(false);
    expect(uneven.goals[0]!.comparisons[0]!.answer).toBe('invalid');
    expect(uneven.doubts[0]).toMatch(
      /^users are not divided as configured: control 5,000 \(50%\), green 3,000 \(50%\)/,
    );
  });

  it('say what was left out', async () => {
    const { doubts } = await shown({ leftOut: { switched: 1, full: 20, early: 3, unexposed: 1_000 } });
    expect(doubts).toEqual([
      '20 users came when there was no more room, and were not counted',
      '1 user saw more than one arm, and counts with the first',
      '3 outcomes came before the user saw an arm, and did not count',
      '1,000 outcomes of users who saw no arm did not count',
    ]);
  });

  it('do not promise an end of what has ended', async () => {
    const { state, goals } = await shown({ isRunning: false });
    expect(state).toBe('ended');
    expect(goals[0]!.comparisons[0]).not.toHaveProperty('remaining');
  });

  it('are of one service or experiment where that is asked', async () => {
    const all = [recorded({}), recorded({ service: 'users' }), recorded({ experiment: 'search' })];
    const reader = { experiments: async () => all };
    const names = async (query: Parameters<typeof readExperiments>[1]) =>
      (await readExperiments(reader, query)).map(({ service, experiment }) => `${service}/${experiment}`);
    expect(await names({})).toHaveLength(3);
    expect(await names({ service: 'users' })).toEqual(['users/button']);
    expect(await names({ experiment: 'search' })).toEqual(['default/search']);
  });
});
