import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { SignatureRow } from '../../../src/model/finding.ts';
import { gate } from '../../support/gate.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const ANSWER = { id: 7, name: 'Ada', tags: ['x', 'y'] };
const primaryScript: OriginScript = { request: (_request, reply) => reply.json(ANSWER) };

async function house(
  shadow: OriginScript,
  config: Record<string, unknown> = {},
  primary: OriginScript = primaryScript,
): Promise<Awaited<ReturnType<typeof startUnderstudy>> & { shadow: Awaited<ReturnType<typeof startOrigin>> }> {
  const [production, candidate] = await Promise.all([startOrigin(primary), startOrigin(shadow)]);
  const understudy = await startUnderstudy({ primary: production.url, shadow: candidate.url, ...config });
  return { ...understudy, shadow: candidate };
}

async function get(port: number, path = '/things/7', headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  expect(response.status).toBe(200);
  return response.text();
}

describe('what becomes of a copy', () => {
  test('an equal answer is a match, whatever Date and connection fields say', async () => {
    const { port, adminPort } = await house({
      request: (_request, reply) =>
        reply.json(ANSWER, { headers: { Date: 'Thu, 01 Jan 1970 00:00:00 GMT', 'Keep-Alive': 'timeout=9' } }),
    });
    await get(port);
    expect((await settled(adminPort, 1)).outcomes('match')).toBe(1);
  });

  test('equal JSON in another order of members is a match', async () => {
    const { port, adminPort } = await house({
      request: (_request, reply) => reply.json({ tags: ['x', 'y'], name: 'Ada', id: 7 }),
    });
    await get(port);
    expect((await settled(adminPort, 1)).outcomes('match')).toBe(1);
  });

  test('another value is a mismatch with one signature, and the client gets the primary alone', async () => {
    const { port, adminPort } = await house({ request: (_request, reply) => reply.json({ ...ANSWER, name: 'Bob' }) });
    for (let count = 0; count < 3; count++) expect(JSON.parse(await get(port))).toEqual(ANSWER);
    expect((await settled(adminPort, 3)).outcomes('mismatch')).toBe(3);
    expect((await metrics(adminPort)).sum('understudy_differences_total', { kind: 'value' })).toBe(3);
  });

  test('a difference that a rule accepts is accepted, and the rule is hit', async () => {
    const { port, adminPort } = await house(
      { request: (_request, reply) => reply.json({ ...ANSWER, name: 'Bob' }) },
      { compare: { rules: [{ path: '$.name', ignore: true }] } },
    );
    await get(port);
    expect((await settled(adminPort, 1)).outcomes('accepted')).toBe(1);
    const rule = '{path: $.name, ignore: true}';
    const hits = async () => (await metrics(adminPort)).sum('understudy_rule_hits_total', { rule });
    await expect.poll(hits, { timeout: 10_000 }).toBe(1);
    const rules = async () => (await fetch(`http://127.0.0.1:${adminPort}/api/v1/rules`)).json();
    await expect.poll(rules, { timeout: 10_000 }).toMatchObject({ rules: [{ rule, hits: 1, state: 'in_use' }] });
  });

  test('a difference that the control shows too is noise, one that it does not show is a mismatch', async () => {
    // Large from the start: 0 looks unlike 1 and 2, and the shadow may be the first to answer.
    let count = 1_000;
    const noisy: OriginScript = { request: (_request, reply) => reply.json({ ...ANSWER, at: count++ }) };
    const control = await startOrigin(noisy);
    const { port, adminPort } = await house(
      {
        request: (request, reply) =>
          reply.json({ ...ANSWER, at: count++, ...(request.target === '/bad' ? { name: 'Bob' } : {}) }),
      },
      { control: control.url },
      noisy,
    );
    await get(port);
    await get(port, '/bad');
    const counted = await settled(adminPort, 2);
    expect([counted.outcomes('noise'), counted.outcomes('mismatch')]).toEqual([1, 1]);
  });

  test.each<[string, OriginScript, string]>([
    ['resets', { request: (_request, reply) => reply.reset() }, 'shadow_reset'],
    [
      'closes in the middle of the body',
      {
        request: async (_request, reply) => {
          await reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
          reply.end();
        },
      },
      'shadow_reset',
    ],
    ['sends garbage', { request: (_request, reply) => reply.raw('\0\0\0 this is not HTTP\r\n\r\n') }, 'shadow_invalid'],
    [
      'sends two lengths',
      {
        request: (_request, reply) => reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
      },
      'shadow_invalid',
    ],
    [
      'sends more than the limit',
      { request: (_request, reply) => reply.send({ body: 'x'.repeat(5000) }) },
      'shadow_invalid',
    ],
    ['never answers', { request: () => {} }, 'shadow_timeout'],
    [
      'drips',
      { request: (_request, reply) => reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc') },
      'shadow_timeout',
    ],
    ['accepts and does not read', { connected: () => new Promise(() => {}) }, 'shadow_timeout'],
  ])('a shadow that %s is counted as such, and the client never notices', async (_what, script, outcome) => {
    const { port, adminPort } = await house(script, { mirror: { timeout: '300ms', maxBody: '4kB' } });
    expect(JSON.parse(await get(port))).toEqual(ANSWER);
    expect((await settled(adminPort, 1)).outcomes(outcome)).toBe(1);
  });

  test('a signature counts all that fell under it, though only some are kept as examples', async () => {
    const { port, adminPort } = await house(
      { request: (request, reply) => (request.target === '/same' ? reply.json(ANSWER) : reply.reset()) },
      { store: { path: ':memory:', flushInterval: '20ms' } },
      { request: (request, reply) => reply.json(ANSWER, { status: request.target === '/gone' ? 410 : 200 }) },
    );
    const url = `http://127.0.0.1:${port}`;
    for (const path of ['/same', '/', '/gone']) {
      await Promise.all(Array.from({ length: 9 }, () => fetch(url + path).then((response) => response.text())));
    }
    await settled(adminPort, 27);
    const counted = async () => {
      const query = 'ending=shadow_reset&ending=match';
      const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/signatures?${query}`);
      const { signatures } = (await response.json()) as { signatures: SignatureRow[] };
      return signatures.map(({ ending, primaryStatus, count }) => `${ending} ${primaryStatus}: ${count}`).toSorted();
    };
    await expect
      .poll(counted, { timeout: 10_000 })
      .toEqual(['match 200: 9', 'shadow_reset 200: 9', 'shadow_reset 410: 9']);
  });

  test('a shadow that refuses connections is unreachable; after a row of failures the breaker spares it', async () => {
    const closed = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });
    const primary = await startOrigin(primaryScript);
    const { port, adminPort } = await startUnderstudy({ primary: primary.url, shadow: `http://127.0.0.1:${closed}` });
    for (let count = 1; count <= 20; count++) {
      await get(port);
      await settled(adminPort, count);
    }
    await get(port);
    const counted = await settled(adminPort, 21);
    expect(counted.outcomes('shadow_unreachable')).toBe(20);
    expect(counted.outcomes('skipped', 'breaker_open')).toBe(1);
  });

  test('a primary that gives no complete answer has failed, and the shadow is not blamed', async () => {
    const { port, adminPort } = await house(primaryScript, {}, { request: (_request, reply) => reply.reset() });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ status: 502, title: 'Bad Gateway', requestId: expect.any(String) });
    expect((await settled(adminPort, 1)).outcomes('primary_failed')).toBe(1);
  });

  test('a client that leaves before its answer is not compared', async () => {
    const hold = gate();
    const { port, adminPort, shadow } = await house(
      primaryScript,
      {},
      {
        request: async (_request, reply) => {
          await hold.opened;
          await reply.json(ANSWER);
        },
      },
    );
    const client = await connectRaw(port);
    await client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await shadow.received(1);
    client.reset();
    expect((await settled(adminPort, 1)).outcomes('skipped', 'client_aborted')).toBe(1);
    hold.open();
  });
});

test('pairs that have waited for their comparison for longer than mirror.backlog are skipped, and counted', async () => {
  const big = (name: string) => ({ name, items: Array.from({ length: 2_000 }, (_, id) => ({ id, name })) });
  const { port, adminPort } = await house(
    { request: (_request, reply) => reply.json(big('Bob')) },
    { mirror: { backlog: '1ms' } },
    { request: (_request, reply) => reply.json(big('Ada')) },
  );
  await Promise.all(Array.from({ length: 30 }, () => get(port)));
  const counted = await settled(adminPort, 30);
  const skipped = counted.outcomes('skipped', 'compare_backlog');
  expect(skipped).toBeGreaterThan(0);
  expect(skipped + counted.outcomes('mismatch')).toBe(30);
});

test('responses that together are larger than a tape are too large: they are no backlog, however idle the comparison is', async () => {
  const { port, adminPort } = await house(
    { request: (_request, reply) => reply.json({ name: 'Bob', text: 'x'.repeat(40_000) }) },
    { mirror: { tape: '64KiB' } },
    { request: (_request, reply) => reply.json({ name: 'Ada', text: 'x'.repeat(40_000) }) },
  );
  await get(port);
  expect((await settled(adminPort, 1)).outcomes('skipped', 'too_large')).toBe(1);
});

describe('what is copied', () => {
  test('the copy carries the marker, the request id that the primary saw, and the body', async () => {
    const bodies: string[] = [];
    const primary = await startOrigin((request, reply) => {
      bodies.push(request.rawHead);
      return reply.json(ANSWER);
    });
    const shadow = await startOrigin(primaryScript);
    const { port } = await startUnderstudy({
      primary: primary.url,
      shadow: shadow.url,
      mirror: { methods: ['POST'], headers: { set: { 'x-env': 'test' }, remove: ['authorization'] } },
    });
    await fetch(`http://127.0.0.1:${port}/orders`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { authorization: 'secret' },
    });
    const [copy] = await shadow.received(1);
    const field = (head: string, name: string): string | undefined =>
      new RegExp(`^${name}: (.*)\r$`, 'im').exec(head)?.[1];
    expect(copy!.body.toString()).toBe('{"a":1}');
    expect(field(copy!.rawHead, 'x-understudy-copy')).toMatch(/^[0-9a-f]+$/);
    expect(field(copy!.rawHead, 'x-request-id')).toBe(field(bodies[0]!, 'x-request-id'));
    expect(field(copy!.rawHead, 'x-env')).toBe('test');
    expect(field(copy!.rawHead, 'authorization')).toBeUndefined();
    expect(field(bodies[0]!, 'authorization')).toBe('secret');
    expect(field(bodies[0]!, 'x-understudy-copy')).toBeUndefined();
  });

  test('a copy that comes back is a loop, and is served but not copied again', async () => {
    const { port, adminPort, shadow } = await house(primaryScript);
    await get(port);
    const [copy] = await shadow.received(1);
    const marker = /x-understudy-copy: (\S+)/i.exec(copy!.rawHead)![1]!;
    await get(port, '/', { 'x-understudy-copy': marker });
    await get(port, '/', { 'x-understudy-copy': 'a guess' });
    const counted = await settled(adminPort, 3);
    expect([counted.outcomes('skipped', 'loop'), counted.outcomes('match')]).toEqual([1, 2]);
  });

  test('writes, switched-off routes, big bodies and what is not in the sample are skipped with their reason', async () => {
    const { port, adminPort, shadow } = await house(
      primaryScript,
      {
        mirror: { maxBody: '16B' },
        routes: [
          { name: 'private', match: { path: '/private/*' }, mirror: false },
          { name: 'uploads', match: { path: '/uploads', methods: ['POST'] }, mirror: { methods: ['POST'] } },
          { name: 'none', match: { path: '/none' }, mirror: { sample: '0%' } },
        ],
      },
      { request: (_request, reply) => reply.send({ body: 'small' }) },
    );
    const url = `http://127.0.0.1:${port}`;
    await fetch(`${url}/x`, { method: 'DELETE' });
    await fetch(`${url}/private/x`);
    await fetch(`${url}/uploads`, { method: 'POST', body: 'x'.repeat(17) });
    await fetch(`${url}/none`);
    const counted = await settled(adminPort, 4);
    expect(['method', 'route', 'too_large', 'unsampled'].map((reason) => counted.outcomes('skipped', reason))).toEqual([
      1, 1, 1, 1,
    ]);
    expect(shadow.requests).toEqual([]);
  });

  test('an answer over the body limit is not compared', async () => {
    const { port, adminPort } = await house(
      primaryScript,
      { mirror: { maxBody: '1kB' } },
      {
        request: (_request, reply) =>
          reply.raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n${'x'.repeat(2048)}\r\n0\r\n\r\n`),
      },
    );
    await get(port);
    expect((await settled(adminPort, 1)).outcomes('skipped', 'too_large')).toBe(1);
  });

  test('the kill switch stops copying at once, and starts it again', async () => {
    const { port, adminPort } = await house(primaryScript);
    const put = (enabled: boolean): Promise<Response> =>
      fetch(`http://127.0.0.1:${adminPort}/api/v1/mirror`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ enabled }),
      });
    expect((await put(false)).status).toBe(200);
    await get(port);
    await put(true);
    await get(port);
    const counted = await settled(adminPort, 2);
    expect([counted.outcomes('skipped', 'disabled'), counted.outcomes('match')]).toEqual([1, 1]);
  });

  test('no more copies are under way than allowed: the others are skipped, and clients served', async () => {
    const { port, adminPort } = await house({ request: () => {} }, { mirror: { inFlight: 2, timeout: '2s' } });
    for (let count = 0; count < 5; count++) await get(port);
    const counted = await settled(adminPort, 5);
    expect([counted.outcomes('shadow_timeout'), counted.outcomes('skipped', 'in_flight_limit')]).toEqual([2, 3]);
  });
});
