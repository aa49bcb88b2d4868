/** What an edge thread tells main of experiments. */
import { beforeEach, expect, test } from 'vitest';
import { ExperimentLog } from '../../../src/edge/experiment-log.ts';
import { experimentOf, membershipIn } from '../../../src/edge/experiments.ts';
import { TrustedProxies } from '../../../src/edge/trusted-proxies.ts';
import type { ExperimentActivity } from '../../../src/model/experiment.ts';
import { userKeys } from '../../../src/model/user-key.ts';
import { configOf } from '../../support/config.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const ARMS = 'arms: [{name: a, share: 50%}, {name: b, share: 50%}]';
const HOUR = 3_600_000;

let clock: ManualClock;
let told: ExperimentActivity[];
let log: ExperimentLog;
beforeEach(() => {
  clock = new ManualClock(1_000);
  told = [];
  log = new ExperimentLog({
    clock,
    keyOf: userKeys(Buffer.from('secret')),
    tell: (activity) => told.push(activity),
  });
});

const member = (user: string, options = ARMS) => {
  const [service] = configOf(`experiments: [{name: e, sticky: [{header: x-user}], ${options}}]`).services;
  const experiment = experimentOf('default', service!.experiments[0]!, () => undefined);
  const source = { address: '192.0.2.1', sender: 'client' } as const;
  return membershipIn(experiment, { fields: ['X-User', user] }, source, new TrustedProxies([]))!;
};
const exposures = () => told.flatMap((each) => each.exposures);
const dropped = () => told.reduce((sum, each) => sum + each.dropped, 0);

test('a user is told of once, by a key that does not show the id', () => {
  for (let times = 0; times < 3; times++) log.expose([member('ann')]);
  log.renew();
  log.expose([member('ann')]);
  log.renew();
  const { arm } = member('ann');
  expect(exposures()).toEqual([
    { service: 'default', experiment: 'e', arm: arm.name, user: expect.stringMatching(/^[\da-f]{32}$/), at: 1_000 },
  ]);
  expect(JSON.stringify(told)).not.toContain('ann');
});

test('nothing is told where nothing happened', () => {
  log.renew();
  log.expose([{ ...member('staff'), user: undefined }]);
  log.renew();
  expect(told).toEqual([]);
});

test('a user who is still there is told of again each hour, and at once in another edition', () => {
  log.expose([member('ann')]);
  clock.advance(HOUR);
  log.expose([member('ann')]);
  log.expose([member('ann', `salt: other, ${ARMS}`)]);
  log.renew();
  expect(exposures().length).toBe(3);
});

test('a flood of users is told of in part, the rest is counted, and told of when it comes again', () => {
  const users = Array.from({ length: 6_000 }, (_, index) => USERS[index]!);
  for (const user of users) log.expose([user]);
  log.renew();
  expect(exposures().length).toBe(5_000);
  expect(dropped()).toBe(1_000);
  expect(Math.max(...told.map((each) => each.exposures.length))).toBeLessThanOrEqual(100);
  for (const user of users) log.expose([user]);
  log.renew();
  expect(new Set(exposures().map(({ user }) => user)).size).toBe(6_000);
});

test('goals are told each time, with the key of the exposure, within the same bound', () => {
  const ann = member('ann');
  log.expose([ann]);
  for (let times = 0; times < 5_200; times++) log.reach(ann, 'order', 2.5);
  log.renew();
  const outcomes = told.flatMap((each) => each.outcomes);
  expect(outcomes.length).toBe(4_999);
  expect(dropped()).toBe(201);
  expect(outcomes[0]).toEqual({
    ...{ service: 'default', experiment: 'e', goal: 'order', value: 2.5, at: 1_000 },
    user: exposures()[0]!.user,
  });
});

test('more users than are remembered make no difference but further tellings', () => {
  for (let round = 0; round < 100; round++) {
    for (let index = 0; index < 1_000; index++) log.expose([USERS[round * 1_000 + index]!]);
    log.renew();
  }
  expect(new Set(exposures().map(({ user }) => user)).size).toBe(100_000);
  log.expose([USERS.at(-1)!]);
  log.renew();
  expect(exposures().length).toBe(100_000);
});

const ONE = member('somebody');
const USERS = Array.from({ length: 100_000 }, (_, index) => ({
  ...ONE,
  user: { id: `user-${index}`, hash: Math.imul(index, 0x9e3779b1) >>> 0 },
}));
