/** Which arms users get. */
import { describe, expect, it, test } from 'vitest';
import { bucketOf } from '../../../src/edge/assignment.ts';
import { experimentOf, membershipIn, membershipsIn } from '../../../src/edge/experiments.ts';
import { TrustedProxies } from '../../../src/edge/trusted-proxies.ts';
import { configOf } from '../../support/config.ts';

const CLIENT = { address: '192.0.2.1', sender: 'client' } as const;
const PROXIES = new TrustedProxies([]);
const USERS = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);

/** `options`: of an experiment with users by a cookie, as YAML. */
const experiment = (options: string) => {
  const [service] = configOf(`experiments: [{name: e, sticky: [{cookie: uid}], ${options}}]`).services;
  return experimentOf('default', service!.experiments[0]!, () => undefined);
};
const shares = (one: number, other: number) =>
  experiment(`arms: [{name: a, share: ${one}%}, {name: b, share: ${other}%}]`);
const HALVES = shares(50, 50);

const memberOf = (each: ReturnType<typeof experiment>, ...fields: string[]) =>
  membershipIn(each, { fields }, CLIENT, PROXIES);
const armOf = (each: ReturnType<typeof experiment>, user: string) => memberOf(each, 'Cookie', `uid=${user}`)?.arm.name;
const armsOf = (each: ReturnType<typeof experiment>) => USERS.map((user) => armOf(each, user));
const shareOf = (arms: readonly (string | undefined)[], name: string | undefined) =>
  arms.filter((arm) => arm === name).length / USERS.length;

describe('users of an experiment', () => {
  it('get arms by their shares, and the same arm on every replica and after every restart', () => {
    const arms = armsOf(HALVES);
    expect(shareOf(arms, 'a')).toBeCloseTo(0.5, 1.5);
    expect(shareOf(arms, 'b')).toBeCloseTo(0.5, 1.5);
    expect(armsOf(shares(50, 50))).toEqual(arms);
    const few = armsOf(shares(10, 5));
    expect(shareOf(few, 'a')).toBeCloseTo(0.1, 2);
    expect(shareOf(few, 'b')).toBeCloseTo(0.05, 2);
    expect(shareOf(few, undefined)).toBeCloseTo(0.85, 1.5);
  });

  it('keep their arms when a reload lets the shares grow', () => {
    const [few, many] = [armsOf(shares(10, 10)), armsOf(HALVES)];
    for (const [index, arm] of few.entries()) if (arm !== undefined) expect(many[index]).toBe(arm);
  });

  it('change arms only as far as another ratio needs it', () => {
    const [before, after] = [armsOf(HALVES), armsOf(shares(60, 40))];
    const moved = before.filter((arm, index) => arm !== after[index]).length / USERS.length;
    expect(moved).toBeCloseTo(0.1, 2);
    for (const [index, arm] of before.entries()) if (arm === 'a') expect(after[index]).toBe('a');
  });

  it('are divided independently of a rollout and of another experiment', () => {
    const other = experiment('salt: f, arms: [{name: a, share: 50%}, {name: b, share: 50%}]');
    const both = USERS.filter((user) => armOf(HALVES, user) === 'a' && armOf(other, user) === 'a').length;
    const candidates = USERS.filter(
      (user) => armOf(HALVES, user) === 'a' && bucketOf(user, 'understudy') < 5_000,
    ).length;
    expect(both / USERS.length).toBeCloseTo(0.25, 1.5);
    expect(candidates / USERS.length).toBeCloseTo(0.25, 1.5);
  });

  it('take no part without an id, with an empty one, or with one of more than 4 KiB', () => {
    expect(memberOf(HALVES)).toBeUndefined();
    expect(memberOf(HALVES, 'Cookie', 'other=1')).toBeUndefined();
    expect(memberOf(HALVES, 'Cookie', 'uid=')).toBeUndefined();
    expect(memberOf(HALVES, 'Cookie', `uid=${'x'.repeat(8 * 1024)}`)).toBeUndefined();
    expect(memberOf(HALVES, 'Cookie', `uid=${'x'.repeat(4 * 1024)}`)).toBeDefined();
  });

  it('are who their first cookie says, whatever its bytes', () => {
    expect(memberOf(HALVES, 'Cookie', 'uid=one; uid=two')?.user?.id).toBe('one');
    expect(memberOf(HALVES, 'Cookie', 'uid=one', 'Cookie', 'uid=two')?.user?.id).toBe('one');
    expect(memberOf(HALVES, 'Cookie', 'uid=J\xc3\xb6rg')?.user?.id).toBe('J\xc3\xb6rg');
    expect(memberOf(HALVES, 'Cookie', 'uid="quoted=value"')?.user?.id).toBe('"quoted=value"');
  });

  it('may be those alone who meet a condition', () => {
    const german = experiment('when: {header: {x-country: de}}, arms: [{name: a, share: 50%}, {name: b, share: 50%}]');
    expect(memberOf(german, 'Cookie', 'uid=u')).toBeUndefined();
    expect(memberOf(german, 'Cookie', 'uid=u', 'X-Country', 'fr')).toBeUndefined();
    expect(memberOf(german, 'Cookie', 'uid=u', 'X-Country', 'de')).toMatchObject({ user: { id: 'u' } });
  });

  it('of a cohort get its arm, with or without an id, and count for nothing', () => {
    const staffed = experiment(
      'cohorts: [{name: staff, when: {cookie: {staff: "*"}}, arm: b}], arms: [{name: a, share: 100%}, {name: b, share: 0%}]',
    );
    expect(memberOf(staffed, 'Cookie', 'staff=yes')).toMatchObject({ arm: { name: 'b' }, user: undefined });
    expect(memberOf(staffed, 'Cookie', 'uid=u; staff=yes')).toMatchObject({ arm: { name: 'b' }, user: undefined });
    expect(memberOf(staffed, 'Cookie', 'uid=u')).toMatchObject({ arm: { name: 'a' }, user: { id: 'u' } });
  });
});

test('test users and copies of other proxies get the arm of their user, and count for nothing', () => {
  const of = (users: 'real' | 'test', ...fields: string[]) =>
    membershipsIn([HALVES], { fields: ['Cookie', 'uid=user-1', ...fields] }, CLIENT, { proxies: PROXIES, users });
  const arm = armOf(HALVES, 'user-1');
  expect(of('real')).toMatchObject([{ arm: { name: arm }, user: { id: 'user-1' } }]);
  expect(of('test')).toMatchObject([{ arm: { name: arm }, user: undefined }]);
  expect(of('real', 'X-Understudy-Copy', 'another')).toMatchObject([{ arm: { name: arm }, user: undefined }]);
});

test('an arm has another identity in every edition of its experiment', () => {
  const identity = (options: string) => experiment(options).arms[0]!.identity;
  const equal = 'arms: [{name: a, share: 50%}, {name: b, share: 50%}]';
  expect(identity(equal)).toBe(identity('arms: [{name: a, share: 10%}, {name: b, share: 10%}]'));
  for (const other of [
    'arms: [{name: a, share: 60%}, {name: b, share: 40%}]',
    'arms: [{name: a, share: 50%}, {name: b, share: 50%, header: {x-flag: on}}]',
    `salt: other, ${equal}`,
    `when: {cookie: {x: y}}, ${equal}`,
  ])
    expect(identity(other)).not.toBe(identity(equal));
});
