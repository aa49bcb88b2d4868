import { describe, expect, it } from 'vitest';
import { DEFAULT_IGNORED_HEADERS } from '../../../src/model/headers.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../../../src/model/verdict-settings.ts';
import { config } from './support.ts';

describe('without a file', () => {
  it('addresses and targets are those of the documentation', () => {
    const { listen, admin, primary, shadow, store } = config('');
    expect(listen).toEqual({ host: '0.0.0.0', port: 8080 });
    expect(admin).toEqual({ host: '127.0.0.1', port: 9900 });
    expect(primary).toMatchObject({ url: 'http://127.0.0.1:3000', protocol: 'http', host: '127.0.0.1', port: 3000 });
    expect(shadow).toMatchObject({ url: 'http://127.0.0.1:3001', port: 3001 });
    expect(store.path).toBe('./understudy.db');
  });

  it('what is optional is absent rather than undefined', () => {
    const resolved = config('');
    expect(resolved).not.toHaveProperty('control');
    expect(resolved.admin).not.toHaveProperty('token');
    expect(resolved.primary).not.toHaveProperty('hostHeader');
    expect(resolved.primary.timeouts).not.toHaveProperty('total');
    expect(resolved.redact).not.toHaveProperty('key');
    expect(resolved.client).not.toHaveProperty('connectionsPerAddress');
  });

  it('there is one route, default, which takes every request', () => {
    expect(config('').routes).toMatchObject([{ name: 'default', match: {}, mirrored: true }]);
  });
});

it('a resolved configuration is frozen through and through, and survives the way to another thread', () => {
  const resolved = config(
    'routes: [{name: a, match: {headers: {x-a: "*"}}, compare: {rules: [{path: $.a, ignore: true}]}}]',
  );
  const thawed: unknown[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    if (!Object.isFrozen(value)) thawed.push(value);
    Object.values(value).forEach(visit);
  };
  visit(resolved);
  expect(thawed).toEqual([]);
  expect(structuredClone(resolved)).toEqual(resolved);
});

describe('an option', () => {
  it.each([
    ['listen: "[::1]:80"', { listen: { host: '::1', port: 80 } }],
    ['listen: LOCALHOST:0', { listen: { host: 'localhost', port: 0 } }],
    ['listen: "[0:0:0:0:0:0:0:1]:80"', { listen: { host: '::1', port: 80 } }],
    ['admin: {address: 127.0.0.1:1, token: 0123456789abcdef}', { admin: { port: 1, token: '0123456789abcdef' } }],
    ['admin: {token: 0123456789012345}', { admin: { port: 9900, token: '0123456789012345' } }],
    ['primary: https://orders.internal/', { primary: { protocol: 'https', host: 'orders.internal', port: 443 } }],
    ['primary: http://[::1]:90', { primary: { url: 'http://[::1]:90', host: '::1', port: 90 } }],
    [
      'shadow: {url: http://b, host: a.example, connections: 7}',
      { shadow: { hostHeader: 'a.example', connections: 7, port: 80 } },
    ],
    ['primary: http://a/v2/', { primary: { url: 'http://a/v2/', host: 'a', port: 80, prefix: '/v2' } }],
    ['shadow: http://a/v2/%2F;x', { shadow: { prefix: '/v2/%2F;x' } }],
    [
      'shadow: {headers: {set: {X-Env: 7}, remove: [Cookie]}}',
      { shadow: { headers: { set: { 'x-env': '7' }, remove: ['cookie'] } } },
    ],
    ['shadow: {timeouts: {connect: 1s}}', { shadow: { port: 3001, timeouts: { connect: 1_000, firstByte: 30_000 } } }],
    ['primary: {timeouts: {total: 2m}}', { primary: { timeouts: { total: 120_000, idle: 60_000 } } }],
    ['control: http://c', { control: { host: 'c', connections: 256, timeouts: { keepAlive: 30_000 } } }],
    ['primary: http://c', { primary: { connections: 10_000 }, client: { connections: 10_000 } }],
    ['client: {connections: 20000}', { primary: { connections: 20_000 }, shadow: { connections: 256 } }],
    ['client: {connections: 100000}', { primary: { connections: 100_000 } }],
    ['primary: {connections: 300}', { primary: { connections: 300 }, client: { connections: 10_000 } }],
    ['{mirror: {inFlight: 9}, control: http://c}', { shadow: { connections: 9 }, control: { connections: 9 } }],
    ['{mirror: {inFlight: 9}, shadow: {connections: 3}}', { shadow: { connections: 3 } }],
    ['edges: 3', { edges: 3 }],
    ['edges: auto', { edges: 2 }],
    [
      'client: {headTimeout: 1m, headerBytes: 8KiB}',
      { client: { headTimeout: 60_000, headerBytes: 8_192, headerCount: 256 } },
    ],
    [
      'client: {connectionsPerAddress: 5, trustedProxies: [10.0.0.0/8, "::1"]}',
      { client: { connectionsPerAddress: 5, trustedProxies: ['10.0.0.0/8', '::1'] } },
    ],
    ['mirror: {enabled: false, sample: 0.5%}', { mirror: { enabled: false, sample: 0.005 } }],
    ['mirror: {sampleBy: address}', { mirror: { sampleBy: { by: 'address' } } }],
    ['mirror: {sampleBy: {header: X-User}}', { mirror: { sampleBy: { by: 'header', name: 'x-user' } } }],
    ['mirror: {sampleBy: {cookie: Sid}}', { mirror: { sampleBy: { by: 'cookie', name: 'Sid' } } }],
    ['mirror: {methods: [POST]}', { mirror: { methods: ['POST'] } }],
    [
      'mirror: {headers: {set: {X-Env: 7}, remove: [Cookie]}}',
      { mirror: { headers: { set: { 'x-env': '7' }, remove: ['cookie'] } } },
    ],
    [
      'redact: {headers: [X-Who], paths: [$.a], query: [q]}',
      { redact: { headers: ['x-who'], paths: ['$.a'], query: ['q'] } },
    ],
    ['store: ":memory:"', { store: { path: ':memory:', flushInterval: 1_000 } }],
    [
      'store: {retention: {age: 1d}}',
      { store: { path: './understudy.db', retention: { age: 86_400_000, size: 2 ** 30 } } },
    ],
    ['log: {level: silent, format: json}', { log: { level: 'silent', format: 'json' } }],
    ['shutdown: {grace: 0s, deadline: 0s}', { shutdown: { grace: 0, deadline: 0 } }],
  ])('%s', (text, expected) => {
    expect(config(text)).toMatchObject(expected);
  });
});

it('a text keeps its form, whatever YAML would take it for', () => {
  const { mirror } = config('mirror: {headers: {set: {a: 007, b: 1e3, c: no, d: null, e: 0x1F, f: true}}}');
  expect(mirror.headers.set).toEqual({ a: '007', b: '1e3', c: 'no', d: 'null', e: '0x1F', f: 'true' });
});

it('JSON is read as well', () => {
  expect(config('{"listen": "127.0.0.1:1", "edges": 2, "mirror": {"enabled": true}}')).toMatchObject({ edges: 2 });
});

it('anchors, aliases and merge keys share settings, and what is written beside a merge wins', () => {
  const resolved = config(`
primary: &main {url: http://a, connections: 5, timeouts: &slow {idle: 2m}}
shadow: {url: http://b, <<: *main, connections: 9}
control: {<<: [{url: http://c}, *main], timeouts: *slow}
`);
  expect(resolved).toMatchObject({
    shadow: { host: 'b', connections: 9, timeouts: { idle: 120_000 } },
    control: { host: 'c', connections: 5, timeouts: { idle: 120_000 } },
  });
});

describe('a route', () => {
  const one = (yaml: string) => config(yaml).routes[0]!;

  it('is laid over the global mirror settings', () => {
    const route = one(
      'mirror: {sample: 50%, methods: [GET, PUT]}\nroutes: [{name: a, match: {path: /}, mirror: {sample: 1%, maxBody: 2KiB}}]',
    );
    expect(route.mirrored).toBe(true);
    expect(route.mirror).toEqual({
      sample: 0.01,
      sampleBy: { by: 'request' },
      methods: ['GET', 'PUT'],
      maxBody: 2_048,
    });
  });

  it('can be kept from the mirror', () => {
    expect(one('routes: [{name: a, mirror: false}]')).toMatchObject({ mirrored: false, mirror: { sample: 1 } });
  });

  it('adds its rules and headers to the global ones', () => {
    const { compare } = one(`
compare: {budget: 9ms, ignoreHeaders: [X-One], rules: [{path: $.a, ignore: true}]}
routes:
  - name: a
    compare:
      maxDecoded: 2MiB
      ignoreHeaders: [X-Two, date]
      rules:
        - {header: X-B, ignore: true, reason: why, owner: who, until: 2027-03-01}
`);
    expect(compare).toMatchObject({ budget: 9, maxDecoded: 2 ** 21 });
    expect(compare.ignoreHeaders).toEqual([...DEFAULT_IGNORED_HEADERS, 'x-one', 'x-two']);
    expect(compare.rules).toEqual([
      { path: '$.a', does: { kind: 'ignore' }, origin: 'a.yaml:2' },
      {
        header: 'x-b',
        does: { kind: 'ignore' },
        reason: 'why',
        owner: 'who',
        until: Date.UTC(2027, 2, 2),
        origin: 'a.yaml:9',
      },
    ]);
  });

  it('the header that names the version of the shadow is not compared, on any route of its service', () => {
    const { routes } = config(`
services:
  shop: {match: {path: /shop/*}, primary: "http://a:1", shadow: {url: "http://b:1", versionFrom: {header: X-App-Version}}}
  site: {match: {}, primary: "http://a:1", shadow: "http://c:1"}
routes: [{name: orders, service: shop, match: {path: /orders}}]
`);
    const ignoring = routes.filter(({ compare }) => compare.ignoreHeaders.includes('x-app-version'));
    expect(ignoring.map(({ service, name }) => [service, name])).toEqual([
      ['shop', 'orders'],
      ['shop', 'default'],
    ]);
  });

  it('leaves the default route with the global settings alone', () => {
    const { routes } = config(
      'routes: [{name: a, mirror: {sample: 1%}, compare: {rules: [{path: $.a, ignore: true}]}}]',
    );
    expect(routes[1]).toMatchObject({ name: 'default', mirror: { sample: 1 }, compare: { rules: [] } });
  });

  it('matches by path, methods, host and headers', () => {
    const { match } = one(
      'routes: [{name: a, match: {path: "/a/:id/*", methods: [GET], host: "*.Example.com", headers: {X-A: "*", x-b: 1}}}]',
    );
    expect(match).toEqual({
      path: '/a/:id/*',
      methods: ['GET'],
      host: '*.example.com',
      headers: [{ name: 'x-a' }, { name: 'x-b', value: '1' }],
    });
  });

  it.each(['/', '/a', '/a/', '/a/:id', '/*', '/a/*', '/v1/items:batch', '/a%2Fb', '/a.b/~c', '/:a/:b'])(
    'path %s',
    (path) => {
      expect(one(`routes: [{name: a, match: {path: "${path}"}}]`).match.path).toBe(path);
    },
  );
});

describe('a rule', () => {
  it.each([
    ['{path: $.a, ignore: true}', { kind: 'ignore' }],
    ['{header: x-a, ignore: true}', { kind: 'ignore' }],
    ['{path: $.a, within: 0.01}', { kind: 'tolerance', amount: 0.01, relative: false }],
    ['{path: $.a, within: 1e-6}', { kind: 'tolerance', amount: 1e-6, relative: false }],
    ['{path: $.a, within: 0.5%}', { kind: 'tolerance', amount: 0.005, relative: true }],
    ['{path: $.a, within: 2s}', { kind: 'time', amount: 2000 }],
    ['{path: $.updatedAt, as: timestamp, within: 2s}', { kind: 'time', amount: 2000 }],
    ['{path: $.a, within: 0.01, as: number}', { kind: 'tolerance', amount: 0.01, relative: false }],
    ['{path: $.a, as: number, within: 0.5%}', { kind: 'tolerance', amount: 0.005, relative: true }],
    ['{header: x-time, as: timestamp, within: 1m}', { kind: 'time', amount: 60_000 }],
    ['{path: $.a, as: uuid}', { kind: 'class', class: 'uuid' }],
    ['{path: $.a, as: timestamp}', { kind: 'class', class: 'timestamp' }],
    ['{header: x-a, as: any}', { kind: 'class', class: 'any' }],
    ["{path: $.a, matches: '^v\\d+$'}", { kind: 'matches', pattern: '^v\\d+$' }],
    ['{header: x-a, matches: 2.*}', { kind: 'matches', pattern: '2.*' }],
    ['{path: $.a, matches: "[$]$${2}"}', { kind: 'matches', pattern: '[$]${2}' }],
    [
      '{path: $.a, oneOf: [open, 3.10, null, true, ""]}',
      { kind: 'one_of', values: ['open', '3.10', 'null', 'true', ''] },
    ],
    ['{header: x-a, oneOf: [hit, miss]}', { kind: 'one_of', values: ['hit', 'miss'] }],
    ['{path: $.a, unordered: true}', { kind: 'unordered' }],
    ['{path: $.a, key: "the id"}', { kind: 'key', key: 'the id' }],
    ['{path: $.a, emptyIsMissing: true}', { kind: 'empty' }],
    ['{header: x-a, emptyIsMissing: true}', { kind: 'empty' }],
    ['{path: $.a, anyCase: true}', { kind: 'case' }],
    ['{path: $.a, normalize: true}', { kind: 'unicode' }],
    ['{path: $, subset: true}', { kind: 'subset' }],
    ['{path: $.a, rename: "new name"}', { kind: 'rename', to: 'new name' }],
    ['{header: x-a, rename: X-B}', { kind: 'rename', to: 'X-B' }],
    ['{path: $.a, json: true}', { kind: 'embedded' }],
  ])('%s', (rule, does) => {
    expect(config(`compare: {rules: [${rule}]}`).routes[0]!.compare.rules[0]!.does).toEqual(does);
  });

  it.each([
    '$',
    '$.a',
    '$.a.b',
    '$.items[*].price',
    '$.*',
    '$..id',
    '$..[0]',
    "$['a b']",
    '$["x\\"y"]',
    '$[0,1]',
    '$[1:-1]',
    '$[-1]',
    '$.é',
  ])('path %s', (path) => {
    const yaml = `compare: {rules: [{path: '${path.replaceAll("'", "''")}', ignore: true}]}`;
    expect(config(yaml).routes[0]!.compare.rules[0]!.path).toBe(path);
  });
});

it('the verdict without a configuration has the settings that are told as its defaults', () => {
  expect(config('').verdict).toEqual(DEFAULT_VERDICT_SETTINGS);
});

it('the verdict has its defaults, and other settings by route', () => {
  const { verdict } = config('verdict: {epsilon: 1%, routes: {"GET /orders/:id": {margin: 20%, floor: 5ms}}}');
  expect(verdict).toEqual({
    alpha: 0.001,
    epsilon: 0.01,
    margin: 0.05,
    floor: 1,
    coverage: 0.99,
    minExchanges: 1000,
    shed: 0.01,
    routes: { 'GET /orders/:id': { margin: 0.2, floor: 5 } },
  });
});
