import { describe, expect, test } from 'vitest';
import type { Route, RouteMirror, SampleKey } from '../../../src/config/types.ts';
import { type MirrorState, planExchange, type Service } from '../../../src/edge/plan.ts';
import type { ReceivedHead } from '../../../src/edge/request-head.ts';
import { Router } from '../../../src/edge/routing.ts';
import { cookie } from '../../../src/edge/sampling.ts';
import { ServingWeights } from '../../../src/edge/serving-weights.ts';
import { TrustedProxies } from '../../../src/edge/trusted-proxies.ts';
import { configOf } from '../../support/config.ts';
import { rowAt } from '../../support/rows.ts';
import { received } from './heads.ts';

const [ANY_ROUTE] = configOf('').routes;
const MIRROR: RouteMirror = { sample: 1, sampleBy: { by: 'request' }, methods: ['GET'], maxBody: 100 };

type PlannedRoute = Pick<Route, 'match' | 'mirrored' | 'mirror' | 'candidateMayServe' | 'reverseMethods'>;

interface Case {
  readonly head?: Partial<ReceivedHead>;
  readonly address?: string;
  readonly mirror?: Partial<RouteMirror>;
  readonly mirrored?: boolean;
  readonly state?: MirrorState;
  readonly salt?: string;
}

const WITHOUT_CONTROL = {
  primary: {},
  shadow: {},
  control: undefined,
  pauses: { paused: false },
} as unknown as Service;
const WITH_CONTROL = { ...WITHOUT_CONTROL, control: {} } as unknown as Service;

const SETTINGS = {
  marker: 'marker',
  routeRows: [rowAt(0), rowAt(1), rowAt(2)],
  experiments: [],
  proxies: new TrustedProxies([]),
  weights: new ServingWeights(ServingWeights.allocate()),
  now: () => 0,
};

/** `routes`: the last matches everything. */
function planned(
  routes: readonly PlannedRoute[],
  { head, address = '192.0.2.1', state = 'on', salt = 's' }: Case = {},
  { service = WITHOUT_CONTROL, random = 0.5 } = {},
) {
  const router = new Router(routes as readonly Route[]);
  const services = routes.map(() => service);
  const settings = { ...SETTINGS, services, routes, router, mirroring: state, salt, random: () => random };
  return planExchange(received(head), { address, sender: 'client' }, settings)!;
}

const route = ({ mirror, mirrored = true }: Case, match = {}) => ({
  match,
  mirrored,
  mirror: { ...MIRROR, ...mirror },
  candidateMayServe: 'nothing' as const,
  reverseMethods: [],
});

/** Why nothing is copied. */
const admitted = (given: Case = {}) => planned([route(given)], given).skipped;

test.each<[string, Case, string | undefined]>([
  ['an ordinary request', {}, undefined],
  ['while draining', { state: 'draining' }, 'draining'],
  ['with the mirror off', { state: 'off' }, 'disabled'],
  ['on a route without a mirror', { mirrored: false }, 'route'],
  ['of a method that is not mirrored', { head: { method: 'POST' } }, 'method'],
  ['that is one of our copies', { head: { fields: ['X-Understudy-Copy', 'marker'] } }, 'loop'],
  ['that is a copy of one of our copies', { head: { fields: ['X-Understudy-Copy', 'marker, other'] } }, 'loop'],
  [
    'whose markers are in several lines',
    { head: { fields: ['X-Understudy-Copy', 'other', 'x-understudy-copy', 'marker'] } },
    'loop',
  ],
  ['that seven proxies copied', { head: { fields: ['X-Understudy-Copy', 'a,b,c,d,e,f,g'] } }, undefined],
  ['that eight proxies copied', { head: { fields: ['X-Understudy-Copy', 'a,b,c,d,e,f,g,h'] } }, 'loop'],
  ['with a forged marker', { head: { fields: ['X-Understudy-Copy', 'other'] } }, undefined],
  ['of the largest body', { head: { bodyLength: 100 } }, undefined],
  ['of a larger body', { head: { bodyLength: 101 } }, 'too_large'],
  ['of a body whose length shows later', { head: { bodyLength: 'unknown' } }, undefined],
  ['with a sample of nothing', { mirror: { sample: 0 } }, 'unsampled'],
])('%s is skipped for the right reason', (_what, given, expected) => {
  expect(admitted(given)).toBe(expected);
});

test('the client is served by the primary, and the shadow gets a copy; so does the control where there is one', () => {
  const plan = planned([route({})]);
  expect(plan).toMatchObject({ service: WITHOUT_CONTROL, route: 0, copies: ['shadow'], skipped: undefined });
  expect(plan.serves).toBe(WITHOUT_CONTROL.primary);
  expect(planned([route({})], {}, { service: WITH_CONTROL }).copies).toEqual(['shadow', 'control']);
});

test('what is not copied is served by the primary all the same', () => {
  const plan = planned([route({})], { state: 'off' }, { service: WITH_CONTROL });
  expect(plan).toMatchObject({ copies: [], skipped: 'disabled' });
  expect(plan.serves).toBe(WITH_CONTROL.primary);
});

test('a request goes to the service of its route, and to none where that has none', () => {
  const routes = [route({}, { path: '/orders' }), route({}, { path: '/users' }), route({})];
  const settings = {
    services: [WITHOUT_CONTROL, WITH_CONTROL, undefined],
    routes,
    router: new Router(routes.map((each) => ({ ...ANY_ROUTE!, ...each }))),
    ...SETTINGS,
    mirroring: 'on',
    salt: 's',
    random: () => 0,
  } as const;
  const to = (target: string) =>
    planExchange(received({ target }), { address: '192.0.2.1', sender: 'client' }, settings)?.service;
  expect([to('/orders'), to('/users'), to('/'), to('/orders/1')]).toEqual([
    WITHOUT_CONTROL,
    WITH_CONTROL,
    undefined,
    undefined,
  ]);
});

test('while copies are paused, only what would be copied is skipped for it', () => {
  const service = { ...WITHOUT_CONTROL, pauses: { paused: true } } as Service;
  const skipped = (given: Case) => planned([route(given)], given, { service }).skipped;
  expect(skipped({})).toBe('paused');
  expect(skipped({ mirror: { sample: 0 } })).toBe('unsampled');
  expect(skipped({ head: { method: 'POST' } })).toBe('method');
  expect(skipped({ state: 'off' })).toBe('disabled');
  expect(planned([route({})], {}, { service }).serves).toBe(service.primary);
});

test('a service without a shadow serves its clients, and copies nothing', () => {
  const service = { ...WITHOUT_CONTROL, shadow: undefined };
  const plan = planned([route({})], {}, { service });
  expect(plan).toMatchObject({ copies: [], skipped: 'no_shadow' });
  expect(plan.serves).toBe(service.primary);
  expect(planned([route({})], { state: 'draining' }, { service }).skipped).toBe('draining');
});

test('a request goes by the settings of its own route', () => {
  const routes = [route({ mirrored: false }, { path: '/orders' }), route({})];
  expect(planned(routes, { head: { target: '/orders' } })).toMatchObject({ route: 0, skipped: 'route' });
  expect(planned(routes, { head: { target: '/users' } })).toMatchObject({ route: 1, skipped: undefined });
});

test('a sample by request has those whose random number lies below it', () => {
  const at = (random: number) => planned([route({ mirror: { sample: 0.3 } })], {}, { random }).skipped;
  expect([at(0), at(0.29), at(0.3), at(0.99)]).toEqual([undefined, undefined, 'unsampled', 'unsampled']);
});

describe('a sticky sample', () => {
  const users = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);
  const by: SampleKey = { by: 'header', name: 'x-user' };
  const isIn = (user: string, sample: number, salt = 's', sampleBy = by) =>
    admitted({ head: { fields: ['X-User', user] }, mirror: { sample, sampleBy }, salt }) === undefined;

  test('has the size that was asked for', () => {
    const share = users.filter((user) => isIn(user, 0.05)).length / users.length;
    expect(share).toBeGreaterThan(0.045);
    expect(share).toBeLessThan(0.055);
  });

  test('of 5 % lies inside one of 10 %, and decides alike each time', () => {
    const five = users.filter((user) => isIn(user, 0.05));
    expect(five.every((user) => isIn(user, 0.1) && isIn(user, 0.05))).toBe(true);
    expect(users.filter((user) => isIn(user, 0.1)).length).toBeGreaterThan(five.length);
  });

  test('is another one under another salt', () => {
    const one = users.filter((user) => isIn(user, 0.05, 's'));
    const common = one.filter((user) => isIn(user, 0.05, 't')).length;
    expect(common).toBeLessThan(one.length / 4);
  });

  test('has no request without the key, except when it is everything', () => {
    expect(admitted({ mirror: { sample: 0.999999, sampleBy: by } })).toBe('keyless');
    expect(admitted({ head: { fields: ['X-User', ''] }, mirror: { sample: 0.999999, sampleBy: by } })).toBe('keyless');
    expect(admitted({ mirror: { sample: 0, sampleBy: by } })).toBe('unsampled');
    expect(admitted({ mirror: { sample: 1, sampleBy: by } })).toBeUndefined();
  });

  test('goes by a cookie wherever it stands, or by the address', () => {
    const cookie: SampleKey = { by: 'cookie', name: 'id' };
    const decide = (fields: string[]) => admitted({ head: { fields }, mirror: { sample: 0.5, sampleBy: cookie } });
    for (const user of users.slice(0, 50)) {
      const alone = decide(['Cookie', `id=${user}`]);
      expect(decide(['Cookie', `a=b; id=${user}; xid=1`])).toBe(alone);
      expect(decide(['Cookie', 'a=b', 'cookie', `id=${user}`])).toBe(alone);
    }
    expect(decide(['Cookie', 'xid=1'])).toBe('keyless');
    const addresses = users.map((_, index) => `10.0.${index >> 8}.${index & 255}`).slice(0, 2000);
    const address: SampleKey = { by: 'address' };
    const share = addresses.filter(
      (from) => admitted({ address: from, mirror: { sample: 0.5, sampleBy: address } }) === undefined,
    );
    expect(share.length).toBeGreaterThan(900);
    expect(share.length).toBeLessThan(1100);
  });
});

test.each([
  ['id=1; a=2', '1'],
  ['a=2;id=1', '1'],
  ['a=id=2; id=1', '1'],
  ['xid=2, id=1, id=3', '1'],
  ['a=2;\t id=1=2 ', '1=2'],
  ['id=', ''],
  ['a=2; xid=1', undefined],
  ['id', undefined],
  [undefined, undefined],
])('of the cookies %j, id is %j', (cookies, expected) => {
  expect(cookie(cookies, 'id')).toBe(expected);
});
