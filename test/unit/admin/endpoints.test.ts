import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../src/admin/endpoint.ts';
import { caller, endpointsOf } from './caller.ts';
import { dependencies } from './results.ts';

const endpoints = endpointsOf();
const name = ({ method, path }: Endpoint) => `${method} ${path}`;
const each = endpoints.map((endpoint) => [name(endpoint), endpoint] as const);
const mutating = each.filter(([, { method }]) => method !== 'GET');
const reading = each.filter(([, { method }]) => method === 'GET');
const guarded = each.filter(([, { access }]) => access === 'guarded');

const IDS: Readonly<Record<string, string>> = {
  '/api/v1/signatures/{id}': '/api/v1/signatures/a1b2c3',
  '/api/v1/signatures/{id}/state': '/api/v1/signatures/a1b2c3/state',
  '/signatures/{id}': '/signatures/a1b2c3',
  '/api/v1/causes/{id}': '/api/v1/causes/a1b2c3',
  '/api/v1/causes/{id}/proposal': '/api/v1/causes/a1b2c3/proposal',
  '/api/v1/latency/{route}': '/api/v1/latency/orders',
  '/api/v1/experiments/{service}/{name}': '/api/v1/experiments/default/button',
  '/api/v1/exchanges/{id}': '/api/v1/exchanges/req-1',
  '/api/v1/exchanges/{id}/explanation': '/api/v1/exchanges/req-1/explanation',
};
const address = ({ path }: Endpoint) => IDS[path] ?? path;
const BODIES: Readonly<Record<string, string>> = {
  '/api/v1/session': '{"token":"sesame"}',
  '/api/v1/mirror': '{"enabled":false}',
  '/api/v1/gate': '{"expect":"regression"}',
  '/api/v1/rehearsals': '{"label":"begun by hand"}',
  '/api/v1/rollout': '{"command":"rollback","by":"ann","reason":"orders are lost"}',
  '/api/v1/events': '{"user":"ann","name":"survey"}',
  '/api/v1/marks': '{"ids":["a1b2c3"],"state":"fixed"}',
  '/api/v1/signatures/{id}/state': '{"state":"expected","reason":"by design","owner":"ann"}',
};
const rightly = ({ body, path }: Endpoint) => (body === undefined ? {} : { body: BODIES[path]! });

describe('every endpoint', () => {
  test.each(each)('%s gives what its description says', async (_, endpoint) => {
    const reply = await caller()(endpoint.method, address(endpoint), rightly(endpoint));
    expect(reply.status, reply.body).toBe(endpoint.answer.status);
    expect(reply.headers['content-type']).toBe(endpoint.answer.type);
    if (endpoint.answer.schema) expect(endpoint.answer.schema.safeParse(reply.value).error).toBeUndefined();
  });

  test.each(each)('%s is misdirected under a name that is not loopback', async (_, endpoint) => {
    for (const host of ['evil.test', 'evil.test:9900', '127.0.0.1.evil.test', 'localhost.evil.test', '10.0.0.1', '']) {
      const reply = await caller()(endpoint.method, address(endpoint), { headers: { host }, ...rightly(endpoint) });
      expect(reply.status, host).toBe(421);
      expect(reply.value.code).toBe('misdirected');
    }
  });

  test.each(guarded)('%s wants the token', async (_, endpoint) => {
    const call = caller({ token: 'sesame' });
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
    const wrong = [undefined, 'sesame', 'Bearer', 'Bearer ', 'Bearer sesam', 'Bearer sesamee', 'Bearer SESAME'];
    for (const authorization of [
      ...wrong,
      'Token sesame',
      basic('me:'),
      basic('sesame:x'),
      basic(':sesame2'),
      'Basic x',
    ]) {
      const reply = await call(endpoint.method, address(endpoint), {
        ...rightly(endpoint),
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(reply.status, authorization).toBe(401);
      expect(reply.value.code).toBe('unauthorized');
      expect(reply.headers['www-authenticate']).toEqual([
        'Bearer realm="understudy"',
        'Basic realm="understudy", charset="UTF-8"',
      ]);
      expect(reply.body).not.toContain('sesame');
    }
    for (const authorization of ['Bearer sesame', 'bearer sesame', basic('me:sesame'), basic(':sesame')]) {
      const reply = await call(endpoint.method, address(endpoint), {
        ...rightly(endpoint),
        headers: { authorization },
      });
      expect(reply.status, authorization).toBe(endpoint.answer.status);
    }
  });

  test.each(mutating)('%s is refused to pages of other origins', async (_, endpoint) => {
    const foreign = [
      { origin: 'http://evil.test' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:3000' },
      { origin: 'http://127.0.0.1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      const reply = await caller()(endpoint.method, address(endpoint), { headers, ...rightly(endpoint) });
      expect(reply.status, JSON.stringify(headers)).toBe(403);
      expect(reply.value.code).toBe('cross_site');
    }
    const own = { origin: 'http://127.0.0.1:9900', 'sec-fetch-site': 'same-origin' };
    const reply = await caller()(endpoint.method, address(endpoint), { headers: own, ...rightly(endpoint) });
    expect(reply.status).toBe(endpoint.answer.status);
  });

  test.each(mutating)('%s is refused with a body that is not declared as JSON', async (_, endpoint) => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
    ];
    for (const type of types) {
      const headers = { 'content-type': type };
      const reply = await caller()(endpoint.method, address(endpoint), { body: '{"enabled":false}', headers });
      expect(reply.status, type).toBe(415);
      expect(reply.value).toMatchObject({ code: 'not_json', detail: expect.stringContaining(`found ${type}.`) });
      const empty = await caller()(endpoint.method, address(endpoint), { headers });
      expect(empty.value.code, type).toBe('not_json');
    }
    const undeclared = await caller()(endpoint.method, address(endpoint), {
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(undeclared.value.code).toBe('not_json');
  });

  test.each(reading)('%s answers HEAD too, and changes nothing', async (_, endpoint) => {
    const deps = dependencies();
    const call = caller(deps);
    expect((await call('HEAD', address(endpoint))).status).toBe(200);
    expect(deps.store).toMatchObject({ cleared: 0 });
    expect(deps.mirror.get().enabled).toBe(true);
  });

  test.each(each)('%s refuses other methods and names the allowed ones', async (_, endpoint) => {
    const here = endpoints.filter(({ path }) => path === endpoint.path);
    const allowed = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW']) {
      if (allowed.includes(method)) continue;
      const reply = await caller()(method, address(endpoint));
      expect(reply.status, method).toBe(405);
      expect(reply.value.code).toBe('method_not_allowed');
      expect(reply.headers).toMatchObject({ allow: allowed.join(', ') });
    }
  });
});

test('with a token the open endpoints are the login and the probes alone, and any Host is answered', async () => {
  expect(each.filter(([, { access }]) => access === 'open').map(([title]) => title)).toEqual([
    'GET /api/v1/session',
    'POST /api/v1/session',
    'DELETE /api/v1/session',
    'GET /livez',
    'GET /readyz',
  ]);
  const call = caller({ token: 'sesame' });
  for (const path of ['/livez', '/readyz'])
    expect((await call('GET', path, { headers: { host: 'pod' } })).status).toBe(200);
  const headers = { host: 'understudy.example', authorization: 'Bearer sesame' };
  expect((await call('GET', '/api/v1/summary', { headers })).status).toBe(200);
});

test('without the token a path that does not exist looks like one that does', async () => {
  expect((await caller({ token: 'sesame' })('GET', '/nowhere')).status).toBe(401);
});

test('loopback names and addresses are answered without a token', async () => {
  for (const host of [
    'localhost',
    'localhost:9900',
    'LOCALHOST',
    '127.0.0.1',
    '127.9.9.9:80',
    '[::1]:9900',
    'a.localhost',
  ]) {
    expect((await caller()('GET', '/livez', { headers: { host } })).status, host).toBe(200);
  }
});
