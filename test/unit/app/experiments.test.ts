import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { definitionsOf } from '../../../src/app/experiments/definitions.ts';
import { Experiments } from '../../../src/app/experiments/experiments.ts';
import { ExperimentWatch } from '../../../src/app/experiments/watch.ts';
import { userKeys } from '../../../src/model/user-key.ts';
import type { UsersFlush } from '../../../src/record/store.ts';
import { configOf } from '../../support/config.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RECORDED } from '../../support/recorded-experiment.ts';

const SECRET = Buffer.from('a secret');

const text = (shares: readonly [string, string], goals = '[{name: liked, kind: mean, event: survey}]') => `
experiments:
  - name: button
    arms: [{name: control, share: ${shares[0]}}, {name: green, share: ${shares[1]}, header: {x-flag: green}}]
    sticky: [{cookie: uid}]
    goals: ${goals}
`;

function stage({ room = 100 } = {}) {
  const taken: UsersFlush[] = [];
  const warnings: object[] = [];
  const clock = new ManualClock();
  const experiments = new Experiments({
    config: configOf(text(['50%', '50%'])),
    secret: SECRET,
    recorder: {
      roomForUsers: room,
      acceptUsers: (users) => void taken.push(users),
      state: { kind: 'ok', pendingRequests: 0, droppedExamples: 0, droppedUsers: 3 },
    },
    store: { experiments: async () => [] },
    clock,
    log: pino({ level: 'warn' }, { write: (line) => void warnings.push(JSON.parse(line)) }),
  });
  return { experiments, taken, clock, warnings };
}

describe('events of users', () => {
  it('become outcomes of the goals that count them, under the key of the user', () => {
    const { experiments, taken } = stage();
    const user = 'ann@shop.example/ü';
    expect(
      experiments.take([
        { user, name: 'survey', value: 4 },
        { user, name: 'visit' },
      ]),
    ).toEqual({
      accepted: 1,
      unknown: ['visit'],
    });
    expect(taken).toMatchObject([{ outcomes: [{ experiment: 'button', goal: 'liked', value: 4 }] }]);
    // What the edge makes of the bytes of a cookie, which it has as latin1.
    const sent = Buffer.from(user).toString('latin1');
    expect(taken[0]!.outcomes[0]!.user).toBe(userKeys(SECRET)(sent, 'latin1'));
    expect(JSON.stringify(taken)).not.toContain('ann');
  });

  it('count 1 where they have no value, and only for the service that they name', () => {
    const { experiments, taken } = stage();
    experiments.take([{ user: 'ann', name: 'survey', service: 'default' }]);
    expect(experiments.take([{ user: 'ann', name: 'survey', service: 'users' }])).toEqual({
      accepted: 0,
      unknown: ['survey'],
    });
    expect(taken.flatMap(({ outcomes }) => outcomes.map(({ value }) => value))).toEqual([1]);
  });

  it('are all refused where there is no room for all', () => {
    const { experiments, taken } = stage({ room: 1 });
    const event = { user: 'ann', name: 'survey' };
    expect(experiments.take([event, event])).toBe('no_room');
    expect(taken).toEqual([]);
  });

  it('follow the configuration in force', () => {
    const { experiments } = stage();
    experiments.configure(configOf(text(['50%', '50%'], '[{name: v, kind: conversion, event: visit}]')));
    const events = ['survey', 'visit'].map((name) => ({ user: 'ann', name }));
    expect(experiments.take(events)).toEqual({ accepted: 1, unknown: ['survey'] });
  });
});

it('what was lost on the way is added up', () => {
  const { experiments, taken } = stage();
  const fallbacks = [{ service: 'default', experiment: 'button', arm: 'green', count: 2 }];
  for (const dropped of [4, 0]) experiments.accept({ exposures: [], outcomes: [], dropped, unreadable: 1, fallbacks });
  expect(experiments.counts).toEqual({ dropped: 7, unreadable: 2, fallbacks: [{ ...fallbacks[0]!, count: 4 }] });
  expect(taken).toEqual([]);
});

it('what edge threads lost is told in the log, at most once a minute', () => {
  const { experiments, clock, warnings } = stage();
  const lose = (dropped: number) =>
    experiments.accept({ exposures: [], outcomes: [], dropped, unreadable: 0, fallbacks: [] });
  lose(0);
  lose(4);
  clock.advance(1_000);
  lose(5);
  clock.advance(60_000);
  lose(6);
  expect(warnings).toMatchObject([{ lost: 4 }, { lost: 15 }]);
});

describe('an edition of an experiment', () => {
  const editionOf = (...shares: [string, string]) => definitionsOf(configOf(text(shares)))[0]!.edition;

  it('goes on while its shares grow alike, and another begins with another ratio', () => {
    expect(editionOf('10%', '10%')).toBe(editionOf('50%', '50%'));
    expect(editionOf('90%', '10%')).not.toBe(editionOf('50%', '50%'));
  });
});

describe('the watch over experiments', () => {
  const uneven = { ...RECORDED, users: [5_000, 3_000] };

  it('warns once of each trouble, and asks only now and then', async () => {
    const clock = new ManualClock();
    const lines: string[] = [];
    let asked = 0;
    const watch = new ExperimentWatch({
      store: { experiments: async () => [{ ...uneven, leftOut: { ...uneven.leftOut, full: ++asked > 1 ? 1 : 0 } }] },
      clock,
      log: pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line).msg) }),
    });
    await watch.look();
    expect(asked, 'there is no experiment').toBe(0);
    watch.configure(true);
    for (let second = 0; second < 25; second++) {
      await watch.look();
      clock.advance(1_000);
    }
    expect(asked).toBe(3);
    expect(lines).toEqual([
      'the users of an experiment are not divided as configured: it proves nothing',
      'there is no room for more users of experiments: new ones are not counted',
    ]);
    expect(watch.running).toMatchObject([{ experiment: 'button' }]);
    watch.configure(false);
    expect(watch.running).toEqual([]);
  });

  it('goes on after the store failed', async () => {
    const clock = new ManualClock();
    let isAway = true;
    const store = { experiments: async () => (isAway ? Promise.reject(new Error('away')) : [uneven]) };
    const watch = new ExperimentWatch({ store, clock, log: pino({ level: 'silent' }) });
    watch.configure(true);
    await watch.look();
    isAway = false;
    clock.advance(10_000);
    await watch.look();
    expect(watch.running).toHaveLength(1);
  });
});
