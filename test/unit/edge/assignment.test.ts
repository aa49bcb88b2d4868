import { describe, expect, it } from 'vitest';
import type { CandidateMayServe } from '../../../src/config/types.ts';
import { assign, bucketOf } from '../../../src/edge/assignment.ts';
import { signOverride } from '../../../src/edge/override.ts';
import { TrustedProxies } from '../../../src/edge/trusted-proxies.ts';
import { configOf } from '../../support/config.ts';
import { received } from './heads.ts';

const SECRET = 'a-secret-of-testers';
const NOW = Date.UTC(2026, 11, 1);
const USERS = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);

interface Given {
  readonly options?: string;
  readonly weight?: number | 'stopped';
  readonly mayServe?: CandidateMayServe;
  readonly method?: string;
  readonly offered?: string;
  readonly fields?: readonly string[];
  readonly from?: string;
  readonly proxies?: readonly string[];
}

function assigned({
  options = '{sticky: [{header: x-user}]}',
  weight = 0,
  mayServe = 'all',
  method = 'GET',
  offered = '',
  fields = [],
  from = '192.0.2.1',
  proxies: trusted = [],
}: Given) {
  const { rollout } = configOf(`rollout: ${options}`).services[0]!;
  const proxies = new TrustedProxies(trusted);
  const sender = proxies.has(from) ? 'trusted_proxy' : 'client';
  const circumstances = { weight, mayServe, proxies, now: () => NOW };
  return assign(received({ method, offered, fields }), { address: from, sender }, rollout!, circumstances);
}

/** A few of the users, since each takes a configuration. */
const ofUser = (user: string, given: Given) => assigned({ ...given, fields: ['X-User', user] });
const first = (count: number) => USERS.slice(0, count);
const servedOf = (given: Given) => assigned(given).servedBy;

describe('a bucket', () => {
  it('holds about as many users as any other', () => {
    for (const weight of [100, 500, 2_500, 5_000]) {
      const share = USERS.filter((user) => bucketOf(user, 'a') < weight).length / USERS.length;
      const deviation = Math.sqrt(((weight / 10_000) * (1 - weight / 10_000)) / USERS.length);
      expect(Math.abs(share - weight / 10_000)).toBeLessThan(5 * deviation);
    }
  });

  it('is the same in every process, so that replicas agree, and other tools can tell it: this is what mmh3 of Python says', () => {
    expect(['user-1', 'user-2', 'é'].map((user) => bucketOf(user, 'release-2026-12'))).toEqual([3890, 26, 5456]);
  });

  it('is another one under another salt', () => {
    const both = USERS.filter((user) => bucketOf(user, 'a') < 1_000 && bucketOf(user, 'b') < 1_000).length;
    expect(both / USERS.length).toBeLessThan(0.02);
  });
});

describe('a weight', () => {
  it('keeps the users that a smaller one had, and compares them with as many of production', () => {
    for (const user of first(200)) {
      const arms = [100, 2_500, 5_000, 7_500, 10_000].map((weight) => ofUser(user, { weight }).arm);
      const from = arms.indexOf('candidate');
      expect(arms.slice(from).every((arm) => arm === 'candidate')).toBe(true);
      const bucket = bucketOf(user, 'understudy');
      expect(ofUser(user, { weight: 2_500 })).toEqual({
        servedBy: bucket < 2_500 ? 'shadow' : 'primary',
        arm: bucket < 2_500 ? 'candidate' : bucket >= 7_500 ? 'slice' : 'rest',
        bucket,
      });
    }
  });

  it('stays the share of the users, however often they ask: nobody drifts to the candidate, and who is on production stays there, too (flagger 1532, 1647)', () => {
    const ask = () => first(60).map((user) => ofUser(user, { weight: 1_000 }).servedBy);
    const before = ask();
    for (let again = 0; again < 2; again++) expect(ask()).toEqual(before);
    const share = before.filter((leg) => leg === 'shadow').length / before.length;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.25);
  });

  it('of nothing serves nobody, and of everything everybody, whoever they are', () => {
    expect(ofUser('user-1', { weight: 0 })).toEqual({ servedBy: 'primary', arm: 'rest' });
    expect(ofUser('user-1', { weight: 10_000 })).toMatchObject({ servedBy: 'shadow', arm: 'candidate' });
    expect(assigned({ weight: 10_000 })).toEqual({ servedBy: 'shadow', arm: 'candidate' });
  });

  it('is for users who can be told apart: all others stay with production', () => {
    expect(assigned({ weight: 9_999 })).toEqual({ servedBy: 'primary', arm: 'rest' });
    expect(assigned({ weight: 9_999, fields: ['X-User', ''] })).toEqual({ servedBy: 'primary', arm: 'rest' });
  });
});

describe('a user', () => {
  const bucketFor = (given: Given) => assigned({ weight: 5_000, ...given }).bucket;
  const id = (text: string) => bucketOf(text, 'understudy');

  it('is told apart by the first thing that a request has, wherever a cookie stands', () => {
    const options = '{sticky: [{cookie: uid}, {header: x-user}, address]}';
    expect(bucketFor({ options, fields: ['Cookie', 'a=b; uid=7', 'X-User', '8'] })).toBe(id('7'));
    expect(bucketFor({ options, fields: ['Cookie', 'xuid=7; uid=', 'X-User', '8'] })).toBe(id('8'));
    expect(bucketFor({ options, fields: ['Cookie', 'uid'] })).toBe(id('192.0.2.1'));
  });

  it.each([
    ['one that came directly, whatever it says of itself', '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['one behind a proxy', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['one behind two proxies', '10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['one that put another address before its own', '10.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['one with a port', '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
    ['one of IPv6, with a port', '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['one that is a proxy itself', '10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
    ['a proxy that speaks for itself', '10.0.0.1', undefined, '10.0.0.1'],
  ])('has the address of %s', (_what, from, said, expected) => {
    const fields = said === undefined ? [] : ['X-Forwarded-For', said];
    expect(bucketFor({ options: '{sticky: [address]}', proxies: ['10.0.0.0/8'], from, fields })).toBe(id(expected));
  });

  it.each(['unknown', '_hidden', '', ',,,', '203.0.113.9, secret'])(
    'whose proxy says %j stays with production',
    (said) => {
      const fields = ['X-Forwarded-For', said];
      const given = { options: '{sticky: [address]}', proxies: ['10.0.0.0/8'], from: '10.0.0.1', fields };
      expect(assigned({ ...given, weight: 9_999 })).toEqual({ servedBy: 'primary', arm: 'rest' });
    },
  );
});

describe('what the new version must not serve', () => {
  const weight = 10_000;

  it('goes to production: writes and switches of protocol where it may only read', () => {
    const may = (mayServe: CandidateMayServe) =>
      ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'get'].map((method) =>
        servedOf({ weight, mayServe, method }),
      );
    expect(may('all').every((served) => served === 'shadow')).toBe(true);
    expect(may('reads')).toEqual(['shadow', 'shadow', 'shadow', 'primary', 'primary', 'primary', 'primary']);
    expect(may('nothing').every((served) => served === 'primary')).toBe(true);
    expect(servedOf({ weight, mayServe: 'reads', offered: 'websocket' })).toBe('primary');
    expect(servedOf({ weight, mayServe: 'all', offered: 'websocket' })).toBe('shadow');
  });

  it('is left out of the comparison for users of both versions alike', () => {
    for (const user of first(20))
      expect(ofUser(user, { weight: 5_000, mayServe: 'reads', method: 'POST' })).toEqual({
        servedBy: 'primary',
        arm: 'rest',
      });
  });

  it('is a copy, also one of another proxy', () => {
    expect(servedOf({ weight, fields: ['X-Understudy-Copy', 'other'] })).toBe('primary');
  });

  it('is everything while it is stopped, whatever cohorts and overrides say', () => {
    const options = `{cohorts: [{name: all, when: {header: {x-role: "*"}}, serves: shadow}], override: {secret: ${SECRET}}}`;
    const override = signOverride({ serves: 'shadow', users: 'real' }, NOW + 60_000, SECRET);
    const fields = ['X-Role', 'staff', 'X-Understudy-Serve', override];
    expect(servedOf({ weight: 0, options, fields })).toBe('shadow');
    expect(assigned({ weight: 'stopped', options, fields })).toEqual({ servedBy: 'primary', arm: 'rest' });
  });
});

describe('a cohort', () => {
  const options = `{sticky: [{header: x-user}], cohorts: [
    {name: holdout, when: {cookie: {beta: "no"}}, serves: primary},
    {name: staff, when: {header: {x-role: staff, x-office: "*"}}, serves: shadow}]}`;

  it('decides before the bucket, the first one that matches, and is not compared', () => {
    const staff = ['X-Role', 'staff', 'X-Office', 'Bern'];
    expect(assigned({ options, fields: staff })).toEqual({ servedBy: 'shadow', arm: 'chosen' });
    expect(assigned({ options, weight: 10_000, fields: [...staff, 'Cookie', 'beta=no'] })).toEqual({
      servedBy: 'primary',
      arm: 'rest',
    });
  });

  it('has only requests that meet all its conditions', () => {
    const others = [['X-Role', 'staff'], ['X-Role', 'Staff', 'X-Office', ''], ['Cookie', 'x-role=staff'], []];
    for (const fields of others) expect(servedOf({ options, fields })).toBe('primary');
    for (const value of ['yes', 'nono', 'no2', ''])
      expect(servedOf({ options, weight: 10_000, fields: ['Cookie', `beta=${value}`] })).toBe('shadow');
  });
});

describe('an override', () => {
  const options = `{cohorts: [{name: staff, when: {header: {x-role: staff}}, serves: primary}], override: {secret: ${SECRET}}}`;
  const by = (value: string, given: Given = {}) =>
    assigned({ options, ...given, fields: ['X-Role', 'staff', 'X-Understudy-Serve', value] });

  it('decides before cohorts, as long as it is valid', () => {
    expect(by(signOverride({ serves: 'shadow', users: 'real' }, NOW + 1_000, SECRET))).toEqual({
      servedBy: 'shadow',
      arm: 'chosen',
    });
    expect(by(signOverride({ serves: 'primary', users: 'real' }, NOW + 1_000, SECRET), { weight: 10_000 })).toEqual({
      servedBy: 'primary',
      arm: 'rest',
    });
  });

  it('can be made with other tools: printf shadow.1798761600 | openssl dgst -sha256 -hmac KEY', () => {
    expect(signOverride({ serves: 'shadow', users: 'real' }, 1_798_761_600_000, 'key')).toBe(
      `shadow.1798761600.80af9aae8e91308787e220d13d065327494abd85ce3e3c9e65ffbd173fcf3603`,
    );
  });

  it.each([
    ['expired', signOverride({ serves: 'shadow', users: 'real' }, NOW, SECRET)],
    ['signed with another secret', signOverride({ serves: 'shadow', users: 'real' }, NOW + 1_000, `${SECRET}s`)],
    [
      'valid for longer than was signed',
      signOverride({ serves: 'shadow', users: 'real' }, NOW + 1_000, SECRET).replace(/\.\d/, '.9'),
    ],
    [
      'for another version than was signed',
      signOverride({ serves: 'primary', users: 'real' }, NOW + 1_000, SECRET).replace('primary', 'shadow'),
    ],
    ['cut', signOverride({ serves: 'shadow', users: 'real' }, NOW + 1_000, SECRET).slice(0, -2)],
    ['unsigned', 'shadow'],
    ['empty', ''],
    ['long', 'shadow.1.'.repeat(1_000)],
  ])('that is %s decides nothing', (_what, value) => {
    expect(by(value)).toEqual({ servedBy: 'primary', arm: 'rest' });
  });
});

describe('a test user', () => {
  const options = `{cohorts: [{name: robots, when: {header: {x-role: robot}}, serves: shadow, test: true}], override: {secret: ${SECRET}}}`;
  const by = (fields: readonly string[], given: Given = {}) => assigned({ options, fields, ...given });
  const signed = (serves: 'primary' | 'shadow') => [
    'X-Understudy-Serve',
    signOverride({ serves, users: 'test' }, NOW + 1_000, SECRET),
  ];

  it('is one of such a cohort, or has a signed mark', () => {
    expect(by(['X-Role', 'robot'])).toEqual({ servedBy: 'shadow', arm: 'test' });
    expect(by(signed('shadow'))).toEqual({ servedBy: 'shadow', arm: 'test' });
    expect(by(signed('primary'), { weight: 10_000 })).toEqual({ servedBy: 'primary', arm: 'test' });
  });

  it('is known as such where production serves it, also while the rollout is stopped', () => {
    expect(by(['X-Role', 'robot'], { weight: 'stopped' })).toEqual({ servedBy: 'primary', arm: 'test' });
    expect(by(signed('shadow'), { mayServe: 'reads', method: 'POST' })).toEqual({ servedBy: 'primary', arm: 'test' });
  });

  it('can not be made of a real one by changing the header', () => {
    const real = signOverride({ serves: 'shadow', users: 'real' }, NOW + 1_000, SECRET);
    expect(by(['X-Understudy-Serve', real.replace('shadow', 'shadow+test')])).toEqual({
      servedBy: 'primary',
      arm: 'rest',
    });
  });
});
