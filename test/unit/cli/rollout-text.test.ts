import { expect, test } from 'vitest';
import { historyText, statusText } from '../../../src/cli/rollout-text.ts';
import type { RolloutChange, RolloutState } from '../../../src/model/rollout.ts';
import type { RolloutStatus, StepStatus } from '../../../src/results/rollout-status.ts';

const NOON = Date.UTC(2026, 11, 1, 12);

const STATUS: RolloutStatus = {
  ...{ service: 'orders', decidedBy: 'steps', releasedBy: 'person', advance: 'manual' },
  candidate: 'http://next:3000',
  ...{ phase: 'shadow', weight: 0, steps: [0.01, 0.05, 1], hold: 900_000, asks: false, refusals: {}, unwritten: 0 },
  trip: { errors: 0.05, window: 30_000 },
};
const ARM = { requests: 0, failed: 0, aborted: 0 };
const STEP: StepStatus = {
  ...{ elapsed: 240_000, reasons: [], arms: { candidate: ARM, slice: ARM, rest: ARM, chosen: ARM } },
  window: { requests: 0, failed: 0, timed: 0, late: 0 },
};
const CANARY: RolloutStatus = { ...STATUS, phase: 'canary', weight: 0.01, pace: 'advancing', next: 0.05, step: STEP };
const lines = (status: RolloutStatus) => statusText(status).trimEnd().split('\n');

test('a step is told with what is to be done, why, about how long that takes, and what users got', () => {
  const users = {
    candidate: { requests: 1_230, failed: 2, buckets: 90 },
    production: { requests: 1_198, failed: 3, buckets: 95 },
    evidence: { failsMore: 0, failsNoMore: 0, slower: 0, tail: 0, ratio: 0 },
  };
  const step: StepStatus = {
    ...STEP,
    ...{ answer: 'hold', reasons: ['the step lasts at least 15 min'], remaining: 660_000, users },
  };
  const last = { revision: 1, at: NOON, action: 'start', by: 'ann', reason: 'passed for two days' } as const;
  expect(lines({ ...CANARY, step, last })).toEqual([
    'orders: the candidate serves 1% of the users',
    '  candidate  http://next:3000',
    '  decided by steps, manual',
    '  this step  4 min, at least 15 min',
    '  answer     hold, about 11 min more',
    '             - the step lasts at least 15 min',
    '  users      of the candidate 1,230 requests, 2 failed; of production 1,198 requests, 3 failed',
    '  next step  5%',
    '  last       start by ann, 2026-12-01 12:00:00: passed for two days',
  ]);
});

test.each<[Partial<RolloutStatus>, string]>([
  [{}, 'production serves everybody'],
  [{ phase: 'canary', weight: 0.125, pace: 'held' }, 'the candidate serves 12.5% of the users, held'],
  [{ phase: 'full', weight: 1 }, 'the candidate serves everybody'],
  [
    { phase: 'rolled_back', rolledBackFrom: 0.05 },
    'rolled back: production serves everybody until a person releases it',
  ],
  [
    { phase: 'rolled_back', rolledBackFrom: 0.05, releasedBy: 'file' },
    'rolled back: production serves everybody until the file says weight: 0%',
  ],
  [{ phase: 'unknown' }, 'production serves everybody, because the store cannot be read'],
])('the first line says where it is: %j', (status, expected) => {
  expect(lines({ ...STATUS, ...status })[0]).toBe(`orders: ${expected}`);
});

test('before anything was judged there is no answer, and a webhook that is being asked is named', () => {
  const told = lines({ ...CANARY, asking: 0.05 });
  expect(told.some((line) => line.includes('answer'))).toBe(false);
  expect(told).toContain('  asking     a webhook whether 5% may begin');
});

test('it is told who decides, and what is not in the store yet', () => {
  expect(lines({ ...STATUS, decidedBy: 'file' })).toContain('  decided by the configuration (rollout.weight)');
  expect(lines({ ...STATUS, advance: 'verdict' })).toContain('  decided by steps, verdict');
  expect(lines({ ...STATUS, unwritten: 1 }).at(-1)).toBe(
    '  not stored 1 change took effect but is not in the store yet',
  );
  expect(lines({ ...STATUS, unwritten: 2 }).at(-1)).toBe(
    '  not stored 2 changes took effect but are not in the store yet',
  );
});

test('a rollback says that it is one of this proxy alone, since other replicas decide by themselves', () => {
  const told = lines({ ...STATUS, phase: 'rolled_back', rolledBackFrom: 0.05 });
  expect(told).toContain(
    '  replicas   none is rolled back by this, where there are others: each has a rollout of its own',
  );
});

test('a minimum is told only where a step has one', () => {
  const told = (status: Partial<RolloutStatus>) =>
    lines({ ...CANARY, ...status }).find((line) => line.includes('this step'));
  expect(told({ decidedBy: 'file', hold: 0 })).toBe('  this step  4 min');
  expect(told({ phase: 'full', weight: 1 })).toBe('  this step  4 min');
});

test('what a person can do is told, and what the configuration did is told in words', () => {
  const last = { revision: 1, at: NOON, action: 'file', by: 'file', reason: 'rollout.weight is 5%' } as const;
  const told = lines({ ...CANARY, last, advice: 'release it' });
  expect(told).toContain('  what next  release it');
  expect(told).toContain('  last       weight set by the configuration, 2026-12-01 12:00:00: rollout.weight is 5%');
});

test('what somebody gave as a name or a reason moves no cursor', () => {
  const last = { revision: 1, at: NOON, action: 'start', by: 'a\u001b[2J', reason: 'x\ny' } as const;
  const told = statusText({ ...STATUS, last });
  expect(told).not.toContain('\u001b');
  expect(told.trimEnd().split('\n')).toHaveLength(4);
});

const change = (service: string, action: RolloutChange['action'], state: RolloutState): RolloutChange => ({
  ...{ service, revision: 1, at: NOON, by: 'ann', reason: 'so it is', candidate: 'http://next' },
  ...{ action, state },
});

test('the history is a line for each change, with its reason once', () => {
  const step = change('orders', 'promote', { phase: 'canary', weight: 500, pace: 'advancing' });
  const back = change('orders', 'rollback', { phase: 'rolled_back', weight: 500, reason: 'so it is' });
  expect(historyText([back, step])).toBe(
    '2026-12-01 12:00:00  rollback by ann: it was rolled back from 5% (so it is)\n' +
      '2026-12-01 12:00:00  promote by ann: the candidate serves 5% of the users (so it is)\n',
  );
});

test('the history of several services names them', () => {
  const told = historyText([
    change('orders', 'release', { phase: 'shadow' }),
    change('users', 'start', { phase: 'full' }),
  ]);
  expect(told.split('\n').map((line) => line.slice(21, 35))).toEqual(['orders  releas', 'users  start b', '']);
});
