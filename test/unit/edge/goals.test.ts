import { expect, test } from 'vitest';
import { ExperimentLog } from '../../../src/edge/experiment-log.ts';
import { experimentOf } from '../../../src/edge/experiments.ts';
import { countGoals, goalsOf } from '../../../src/edge/goals.ts';
import { TrustedProxies } from '../../../src/edge/trusted-proxies.ts';
import type { ExperimentActivity } from '../../../src/model/experiment.ts';
import { configOf } from '../../support/config.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const [SERVICE] = configOf(`
routes: [{name: order, match: {path: /order}}]
experiments:
  - name: e
    arms: [{name: a, share: 100%}, {name: b, share: 0%}]
    sticky: [{header: x-user}]
    goals:
      - {name: bought, kind: conversion, route: order}
      - {name: revenue, kind: mean, route: order, header: x-total}
      - {name: survey, kind: mean, event: survey}
`).services;
const EXPERIMENTS = SERVICE!.experiments.map((each) => experimentOf('default', each, () => undefined));

/** `request` and `response`: fields. */
function reached(request: readonly string[], response: readonly string[]) {
  const told: ExperimentActivity[] = [];
  const log = new ExperimentLog({
    clock: new ManualClock(),
    keyOf: (id) => id,
    tell: (activity) => told.push(activity),
  });
  const source = { address: '192.0.2.1', sender: 'client' } as const;
  countGoals(goalsOf(EXPERIMENTS, 'order')!, { fields: request }, source, new TrustedProxies([]), response, log);
  log.renew();
  const outcomes = told.flatMap((each) => each.outcomes).map(({ goal, user, value }) => [goal, user, value]);
  return { outcomes, unreadable: told[0]?.unreadable ?? 0 };
}

const ANN = ['X-User', 'ann'];

test('a response counts for the conversion of its user, and with the number of its header', () => {
  expect(reached(ANN, ['X-Total', '42.50'])).toEqual({
    outcomes: [
      ['bought', 'ann', 1],
      ['revenue', 'ann', 42.5],
    ],
    unreadable: 0,
  });
});

test.each([['-3'], ['0'], ['1e3']])('the number %s counts', (number) => {
  expect(reached(ANN, ['x-total', number]).outcomes).toContainEqual(['revenue', 'ann', Number(number)]);
});

test.each([['12 EUR'], ['1,5'], ['NaN'], ['Infinity'], ['0x10'], ['1e999'], ['9'.repeat(400)], ['']])(
  'a header that says %j is unreadable',
  (written) => {
    expect(reached(ANN, ['X-Total', written])).toEqual({ outcomes: [['bought', 'ann', 1]], unreadable: 1 });
  },
);

test('a response without the header is unreadable', () => {
  expect(reached(ANN, [])).toEqual({ outcomes: [['bought', 'ann', 1]], unreadable: 1 });
});

test('a request without a user, or that another proxy copied, counts for nothing', () => {
  expect(reached([], ['X-Total', '1'])).toEqual({ outcomes: [], unreadable: 0 });
  expect(reached([...ANN, 'X-Understudy-Copy', 'other'], ['X-Total', '1'])).toEqual({ outcomes: [], unreadable: 0 });
});

test('a route without goals has none', () => {
  expect(goalsOf(EXPERIMENTS, 'default')).toBeUndefined();
});
