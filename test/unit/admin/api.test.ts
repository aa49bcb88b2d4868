import { describe, expect, test } from 'vitest';
import { UnderstudyError } from '../../../src/model/errors.ts';
import { caller } from './caller.ts';
import { calm, dependencies, FakeStore, NOW, redactions, signature, summary } from './results.ts';

describe('health', () => {
  test('is live and ready when the process says so', async () => {
    expect((await caller()('GET', '/livez')).value).toEqual({ status: 'live' });
    expect((await caller()('GET', '/readyz')).value).toEqual({ status: 'ready' });
  });

  test('readiness fails with its reasons and leaves liveness alone', async () => {
    const reasons = ['draining', 'edge-0 is not listening'];
    const call = caller({ state: () => ({ ...calm, ready: { ok: false, reasons } }) });
    const reply = await call('GET', '/readyz');
    expect(reply.status).toBe(503);
    expect(reply.value).toMatchObject({ code: 'not_ready', reasons });
    expect((await call('GET', '/livez')).status).toBe(200);
  });

  test('liveness fails', async () => {
    const reply = await caller({ state: () => ({ ...calm, live: false }) })('GET', '/livez');
    expect(reply.value).toMatchObject({ status: 503, code: 'not_live' });
  });
});

describe('results', () => {
  test('the summary has totals without routes, those of each service, the mirror and the state of the process', async () => {
    const { value } = await caller()('GET', '/api/v1/summary');
    const { routes: _, ...totals } = summary;
    expect(value).toMatchObject({ results: totals, mirror: { enabled: true, paused: [] }, process: calm });
    expect(value.services).toMatchObject([{ service: 'default', state: 'mirrored', requests: summary.requests }]);
    expect(value.results).not.toHaveProperty('routes');
  });

  test('a window of time reaches the store', async () => {
    const store = new FakeStore();
    for (const path of ['summary', 'latency', 'latency/orders'])
      await caller({ store })('GET', `/api/v1/${path}?from=1000&to=2000`);
    expect(store.windows).toEqual(Array(3).fill({ from: 1000, to: 2000 }));
  });

  test('latency has legs and delta, and no outcomes', async () => {
    const { value } = await caller()('GET', '/api/v1/latency');
    expect(Object.keys(value.routes[0]).sort()).toEqual(['delta', 'latency', 'route', 'service']);
  });

  test('causes are those of the report, of the route and the window that are asked for, a part at a time', async () => {
    const store = new FakeStore({ summary, signature, others: [{ ...signature, id: 'd4', route: 'users', count: 9 }] });
    const call = caller({ store });
    const { value } = await call('GET', '/api/v1/causes?route=orders&from=1000&to=2000&limit=1');
    expect(value).toMatchObject({ total: 1, states: { open: 1, expected: 0, fixed: 0 }, complete: true });
    expect(value.causes).toMatchObject([
      {
        id: expect.stringMatching(/^a1b2c3-[0-9a-f]{6}$/),
        state: 'open',
        severity: 'value',
        count: 4711,
        places: [{ path: '$.items[*].price', kind: 'value', count: 4711 }, { path: '$.extra' }],
        routes: [{ route: 'orders', count: 4711, signatures: ['a1b2c3'] }],
      },
    ]);
    const window = { from: 1000, to: 2000 };
    expect(store.queries).toMatchObject([{ window }, { window, route: 'orders' }, {}]);
    expect((await call('GET', '/api/v1/causes')).value.causes).toMatchObject([
      {
        count: 4720,
        routes: [
          { route: 'orders', count: 4711, signatures: ['a1b2c3'] },
          { route: 'users', count: 9, signatures: ['d4'] },
        ],
      },
    ]);
    for (const bad of ['limit=0', 'limit=1001', 'ending=match', 'state=closed', 'kind=x', 'sort=id', 'offset=-1']) {
      expect((await call('GET', `/api/v1/causes?${bad}`)).status, bad).toBe(400);
    }
    expect((await call('GET', '/api/v1/causes?offset=1')).value).toMatchObject({ total: 1, causes: [] });
  });

  test('many signatures are marked at once, or none', async () => {
    const store = new FakeStore();
    const call = caller({ store });
    const post = (body: object) => call('POST', '/api/v1/marks', { body: JSON.stringify(body) });
    expect((await post({ ids: ['a1b2c3', 'a1b2c3'], state: 'fixed' })).value).toEqual({
      marked: 1,
      left: 0,
    });
    expect(store.markings).toEqual([{ ids: ['a1b2c3'], mark: { state: 'fixed', markedAt: NOW } }]);
    const unknown = await post({ ids: ['a1b2c3', 'nobody'], state: 'open' });
    expect(unknown.value).toMatchObject({ status: 404, code: 'not_found', detail: expect.stringContaining('nobody') });
    for (const bad of [{}, { ids: [] }, { ids: ['a1b2c3'], state: 'expected' }, { ids: 'a1b2c3', state: 'open' }]) {
      expect((await post(bad)).value, JSON.stringify(bad)).toMatchObject({ status: 400, code: 'invalid_body' });
    }
  });

  test('filters of signatures reach the store', async () => {
    const store = new FakeStore();
    const call = caller({ store });
    await call('GET', '/api/v1/signatures');
    await call('GET', '/api/v1/signatures?route=a%20b&ending=mismatch&limit=7');
    await call('GET', '/api/v1/signatures?ending=mismatch&ending=skipped:tape_full');
    expect(store.queries).toEqual([
      { scope: {} },
      { route: 'a b', endings: ['mismatch'], limit: 7, scope: {} },
      { endings: ['mismatch', 'skipped:tape_full'], scope: {} },
    ]);
  });

  test.each([
    '?limit=0',
    '?limit=1001',
    '?limit=1.5',
    '?limit=x',
    '?limit=',
    '?limit=0x10',
    '?limit=1e2',
    '?limit=%205',
    '?limit=1&limit=2',
    '?ending=bad',
    '?ending=skipped',
    '?routes=a',
    '?__proto__=a',
    '?route=a&route=b',
  ])('a bad filter is refused: %s', async (query) => {
    const store = new FakeStore();
    const reply = await caller({ store })('GET', `/api/v1/signatures${query}`);
    expect(reply.status).toBe(400);
    expect(reply.value.code).toBe('invalid_query');
    expect(store.queries).toEqual([]);
  });

  test('a hostile filter reaches the store as it is, and nothing else', async () => {
    const store = new FakeStore();
    const route = `'; DROP TABLE signatures; --`;
    await caller({ store })('GET', `/api/v1/signatures?route=${encodeURIComponent(route)}`);
    expect(store.queries).toEqual([{ route, scope: {} }]);
  });

  test('a signature comes with its examples; an unknown one is not found', async () => {
    expect((await caller()('GET', '/api/v1/signatures/a1b2c3')).value).toEqual(
      JSON.parse(JSON.stringify({ ...signature, state: 'open' })),
    );
    for (const id of ['nobody', '..', '%2e%2e', '__proto__', '%00']) {
      const reply = await caller()('GET', `/api/v1/signatures/${id}`);
      expect(reply.status, id).toBe(404);
      expect(reply.value.code).toBe('not_found');
    }
  });

  test('a signature is marked with reason, owner and last day, by its id and service', async () => {
    const store = new FakeStore();
    const call = caller({ store });
    const put = (body: object, query = '') =>
      call('PUT', `/api/v1/signatures/a1b2c3/state${query}`, { body: JSON.stringify(body) });
    const reason = 'the new tax rate';
    const until = Date.UTC(2026, 10, 22);
    const expected = { state: 'expected', reason, owner: 'ann', until, markedAt: NOW };
    expect((await put({ state: 'expected', reason, owner: 'ann', until: '2026-11-21' })).value).toEqual(expected);
    expect((await put({ state: 'expected', reason: ` ${reason} `, owner: 'ann', until })).value).toEqual(expected);
    expect((await put({ state: 'fixed' }, '?service=shop')).value).toEqual({ state: 'fixed', markedAt: NOW });
    expect((await put({ state: 'open' })).value).toEqual({ state: 'open' });
    const ids = ['a1b2c3'];
    expect(store.markings).toEqual([
      { ids, mark: expected },
      { ids, mark: expected },
      { ids, service: 'shop', mark: { state: 'fixed', markedAt: NOW } },
      { ids, mark: 'open' },
    ]);
  });

  test.each([
    [{}, 'state: missing; allowed: open, expected, fixed'],
    [{ state: 'closed' }, 'state: not one of the choices; allowed: open, expected, fixed'],
    [{ state: 'expected' }, 'reason: missing'],
    [{ state: 'expected', reason: ' ' }, 'reason: missing'],
    [{ state: 'expected', reason: 'x'.repeat(1_001) }, 'reason: longer than 1000 characters'],
    [{ state: 'expected', reason: 'r', owner: '' }, 'owner: empty'],
    [{ state: 'expected', reason: 'r', until: '2026-13-01' }, 'until: not a day of the calendar; found "2026-13-01"'],
    [{ state: 'expected', reason: 'r', until: '2026-11-19' }, 'until: past; found "2026-11-19"'],
    [{ state: 'expected', reason: 'r', until: 1 }, 'until: past'],
    [{ state: 'expected', reason: 'r', until: {} }, 'until: neither milliseconds since 1970 nor a date'],
    [{ state: 'fixed', reason: 'x'.repeat(1_001) }, 'reason: longer than 1000 characters'],
    [{ state: 'fixed', owner: 'ann' }, 'owner: not with fixed'],
    [{ state: 'open', reason: 'r' }, 'reason: not with open'],
    [{ state: 'open', until: '2027-01-01' }, 'until: not with open'],
    [{ state: 'fixed', by: 'ann' }, 'by: unknown'],
  ])('a bad mark is refused, with what is wrong: %j', async (body, detail) => {
    const store = new FakeStore();
    const reply = await caller({ store })('PUT', '/api/v1/signatures/a1b2c3/state', { body: JSON.stringify(body) });
    expect(reply.value).toMatchObject({ status: 400, code: 'invalid_body', detail: expect.stringContaining(detail) });
    expect(store.markings).toEqual([]);
  });

  test('a mark of a signature that there is none of is not found', async () => {
    const reply = await caller()('PUT', '/api/v1/signatures/nobody/state', { body: '{"state":"fixed"}' });
    expect(reply.value).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('signatures have the state that follows from what was said of them, and from the time', async () => {
    const said = { reason: 'by design', markedAt: NOW - 10 };
    const others = [
      { ...signature, id: 'b', mark: { state: 'expected', ...said } },
      { ...signature, id: 'c', mark: { state: 'expected', ...said, until: NOW } },
      { ...signature, id: 'd', mark: { state: 'fixed', markedAt: NOW - 10, seenAgain: NOW - 5 } },
      { ...signature, id: 'e', mark: { state: 'fixed', markedAt: NOW - 10 } },
    ] as const;
    const { value } = await caller({ store: new FakeStore({ summary, signature, others }) })(
      'GET',
      '/api/v1/signatures',
    );
    const { signatures } = value as { signatures: { count: number }[] };
    const { examples: _, ...row } = JSON.parse(JSON.stringify(signature));
    expect(signatures).toEqual([
      { ...row, state: 'open' },
      { ...row, id: 'b', state: 'expected', ...said },
      { ...row, id: 'c', state: 'open', reopened: { was: 'expected', at: NOW } },
      { ...row, id: 'd', state: 'open', reopened: { was: 'fixed', at: NOW - 5 } },
      { ...row, id: 'e', state: 'fixed', markedAt: NOW - 10 },
    ]);
  });

  test('rules come with their hits, and with what a person should know of them', async () => {
    const { value } = await caller()('GET', '/api/v1/rules');
    const { rules } = value as { rules: { state: string; hits: number }[] };
    expect(rules.map(({ state, hits }) => [state, hits])).toEqual([
      ['never_hit', 0],
      ['expired', 3],
      ['in_use', 1234],
    ]);
  });

  test('what was hidden comes by rule, with the names of the values', async () => {
    const { value } = await caller()('GET', '/api/v1/redactions');
    expect(value).toEqual({ redactions });
  });

  test('an unknown exchange is not found', async () => {
    expect((await caller()('GET', '/api/v1/exchanges/req-9')).value.code).toBe('not_found');
  });

  test('the rehearsals are listed, and results are those of the one that is asked for, by id, version or label', async () => {
    const store = new FakeStore();
    const call = caller({ store });
    const [present, earlier] = await store.rehearsals();
    expect((await call('GET', '/api/v1/rehearsals')).value).toEqual({ rehearsals: [present, earlier] });
    for (const meant of [earlier!.id, '2.4.0']) {
      expect((await call('GET', `/api/v1/signatures?rehearsal=${meant}`)).status).toBe(200);
      expect(store.queries.at(-1)).toMatchObject({ scope: { rehearsal: earlier!.id } });
    }
    for (const path of ['summary', 'routes', 'latency', 'causes', 'signatures', 'rules', 'redactions']) {
      expect(await call('GET', `/api/v1/${path}?rehearsal=9`)).toMatchObject({ status: 404 });
      expect((await call('GET', `/api/v1/${path}?service=default&rehearsal=2.4.0`)).status).toBe(200);
    }
  });

  test('a rehearsal is begun, with a label where there is one, for a service that is there', async () => {
    const call = caller();
    const begun = await call('POST', '/api/v1/rehearsals', { body: '{"label":"after the fix"}' });
    expect(begun).toMatchObject({ status: 201, value: { version: '2.5.0', label: 'after the fix' } });
    expect((await call('POST', '/api/v1/rehearsals', { body: '{}' })).status).toBe(201);
    expect((await call('POST', '/api/v1/rehearsals', { body: '{"service":"nobody"}' })).status).toBe(404);
    expect((await call('POST', '/api/v1/rehearsals', { body: '{"label":""}' })).status).toBe(400);
  });

  test('the results of one rehearsal are deleted alone', async () => {
    const store = new FakeStore();
    const [, earlier] = await store.rehearsals();
    expect((await caller({ store })('DELETE', '/api/v1/results?rehearsal=2.4.0')).status).toBe(204);
    expect(store.clearedOnly).toBe(earlier!.id);
    expect((await caller({ store })('DELETE', '/api/v1/results?rehearsal=none')).status).toBe(404);
    expect(store.cleared).toBe(1);
  });

  test('deleting the results clears the store', async () => {
    const store = new FakeStore();
    const reply = await caller({ store })('DELETE', '/api/v1/results');
    expect(reply).toMatchObject({ status: 204, body: '' });
    expect(store.cleared).toBe(1);
  });
});

describe('controls', () => {
  test('the kill switch stops and resumes mirroring', async () => {
    const deps = dependencies();
    const call = caller(deps);
    expect((await call('PUT', '/api/v1/mirror', { body: '{"enabled":false}' })).value).toEqual({
      enabled: false,
      paused: [],
    });
    expect(deps.mirror.get().enabled).toBe(false);
    expect((await call('GET', '/api/v1/mirror')).value).toEqual({ enabled: false, paused: [] });
    expect((await call('PUT', '/api/v1/mirror', { body: '{"enabled":true}' })).value).toEqual({
      enabled: true,
      paused: [],
    });
    expect(deps.mirror.get().enabled).toBe(true);
  });

  test('what is paused is shown with its cause', async () => {
    const paused = [{ service: 'orders', cause: 'primary_p99', since: 1_000, edges: 2 }] as const;
    const call = caller({ mirror: { get: () => ({ enabled: true, paused }), set: () => {} } });
    expect((await call('GET', '/api/v1/mirror')).value).toEqual({ enabled: true, paused });
    expect((await call('GET', '/api/v1/summary')).value).toMatchObject({ mirror: { enabled: true, paused } });
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"enabled":"false"}',
    '{"enabled":0}',
    '{"enabled":false,"also":1}',
    '{"enabled":false,"__proto__":{}}',
    '{"enabled":false}}',
    `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
  ])('the kill switch is not moved by a bad body (%#)', async (body) => {
    const deps = dependencies();
    const reply = await caller(deps)('PUT', '/api/v1/mirror', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(reply.status).toBe(400);
    expect(reply.value.code).toBe('invalid_body');
    expect(deps.mirror.get().enabled).toBe(true);
  });

  test.each([
    ['{}', 'enabled: missing; allowed: true or false'],
    ['{"enabled":"no"}', 'enabled: not true or false'],
    ['[]', 'all of it: not an object'],
    ['{"enabled":true,"disabled":1}', 'disabled: unknown'],
  ])('what is wrong with the body %s is said in words', async (body, detail) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await caller()('PUT', '/api/v1/mirror', { body, headers });
    expect(reply.value.detail).toBe(detail);
  });

  test('a reload gives the new generation', async () => {
    expect((await caller()('POST', '/api/v1/reload')).value).toEqual({ generation: 2 });
  });

  test('a reload that fails names every problem', async () => {
    const problems = ['understudy.yaml:3:1: unknown key', 'understudy.yaml:9:4: not a URL'];
    const reply = await caller({ reload: async () => ({ ok: false, problems }) })('POST', '/api/v1/reload');
    expect(reply.value).toMatchObject({ status: 422, code: 'config_invalid', problems });
  });
});

describe('failures', () => {
  function failing(error: Error) {
    const logged: unknown[] = [];
    const deps = dependencies();
    deps.store.summary = () => Promise.reject(error);
    deps.logger.error = (fields: unknown) => void logged.push(fields);
    return { call: caller(deps), logged };
  }

  test('a store that is unusable is said so', async () => {
    const { call, logged } = failing(new UnderstudyError('store_unusable', 'database is locked'));
    for (const path of ['/api/v1/summary', '/api/v1/routes', '/api/v1/latency']) {
      const reply = await call('GET', path);
      expect(reply.value).toMatchObject({ status: 503, code: 'store_unusable', detail: 'database is locked' });
    }
    expect(logged).toEqual([]);
  });

  test('any other failure is logged and not told', async () => {
    const error = new Error('secret at /home/me');
    const { call, logged } = failing(error);
    const reply = await call('GET', '/api/v1/summary');
    expect(reply.value).toMatchObject({ status: 500, code: 'internal', title: 'Internal Server Error' });
    expect(reply.body).not.toContain('secret');
    expect(logged).toEqual([{ err: error, method: 'GET' }]);
  });

  test('failures are problem details', async () => {
    const reply = await caller()('GET', '/nowhere');
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(reply.value).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: expect.any(String),
      code: 'not_found',
    });
  });

  test.each([
    'http://evil.test/livez',
    '//livez',
    'livez',
    '*',
    '',
    '/LIVEZ',
    '/livez/',
    '/./livez',
    '/%6civez',
    '/api/v1/signatures/%E0%A4%A',
  ])('a strange target leads nowhere: %s', async (target) => expect((await caller()('GET', target)).status).toBe(404));
});

test('what changes something is logged, what reads is not, and no credentials ever', async () => {
  const logged: unknown[] = [];
  const deps = dependencies({ token: 'sesame' });
  deps.logger.info = (fields: unknown) => void logged.push(fields);
  const call = caller(deps);
  const headers = { authorization: 'Bearer sesame' };
  await call('GET', '/api/v1/summary', { headers });
  await call('PUT', '/api/v1/mirror', { headers, body: '{"enabled":false}' });
  await call('DELETE', '/api/v1/results', { headers });
  expect(logged).toEqual([
    { method: 'PUT', path: '/api/v1/mirror', body: { enabled: false } },
    { method: 'DELETE', path: '/api/v1/results', body: undefined },
  ]);
});
