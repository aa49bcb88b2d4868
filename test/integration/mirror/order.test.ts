import { Agent, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type Gate, gate } from '../../support/gate.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { startHttpOrigin, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy } from '../../support/understudy.ts';

/** A service that counts what it has stored, and takes up to 10 ms for each response. */
async function counter(): Promise<{ url: string }> {
  let items = 0;
  return startHttpOrigin((incoming, response) => {
    const body = incoming.method === 'POST' ? { id: ++items } : { count: items };
    incoming.resume().on('end', () => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      setTimeout(() => response.end(JSON.stringify(body)), Math.random() * 10);
    });
  });
}

interface ClientOptions {
  readonly agent: Agent | false;
  readonly headers?: Record<string, string>;
}

/** Resolves when the whole response has come. */
function send(port: number, method: string, path: string, { agent, headers = {} }: ClientOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    request({
      port,
      method,
      path,
      agent: agent || new Agent(),
      headers: { ...headers, ...(agent ? {} : { connection: 'close' }) },
    })
      .on('error', reject)
      .on('response', async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(text);
      })
      .end(method === 'POST' ? '{"name":"x"}' : undefined);
  });
}

const methods = ['GET', 'POST'];

describe('one client that waits for each response', () => {
  const kept = () => new Agent({ keepAlive: true, maxSockets: 1 });
  test.each<[string, object, () => ClientOptions]>([
    ['on one connection', {}, () => ({ agent: kept() })],
    [
      'with a header, on a new connection each time',
      { order: { header: 'x-user' } },
      () => ({ agent: false, headers: { 'X-User': 'ada' } }),
    ],
    [
      'with a cookie, on a new connection each time',
      { order: { cookie: 'sid' } },
      () => ({ agent: false, headers: { cookie: 'a=b; sid=s1' } }),
    ],
  ])(
    '%s: no copy overtakes another, and shadow and control stay in step with the primary',
    async (_how, order, client) => {
      const [primary, shadow, control] = await Promise.all([counter(), counter(), counter()]);
      const { port, adminPort } = await startUnderstudy({
        primary: primary.url,
        shadow: shadow.url,
        control: control.url,
        edges: 1,
        mirror: { methods, ...order },
      });
      const options = client();
      for (let round = 1; round <= 150; round++) {
        expect(JSON.parse(await send(port, 'POST', '/items', options))).toEqual({ id: round });
        expect(JSON.parse(await send(port, 'GET', '/count', options))).toEqual({ count: round });
      }
      const counted = await settled(adminPort, 300);
      expect(counted.outcomes('match')).toBe(300);
      expect(counted.sum('understudy_copies_out_of_order_total')).toBe(0);
      if (options.agent) options.agent.destroy();
    },
  );
});

/** Answers at once, but for paths with a gate. */
function gated(gates: Record<string, Gate>) {
  return startOrigin(async ({ target }, reply) => {
    await gates[target]?.opened;
    await reply.json({ ok: true });
  });
}

const ok = () => startOrigin((_request, reply) => reply.json({ ok: true }));

test('the copies of requests that overlapped, or of other connections, are not held up', async () => {
  const held = gate();
  const slow = gate();
  const [primary, shadow] = await Promise.all([gated({ '/slow': slow }), gated({ '/held': held })]);
  const { port, adminPort } = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    mirror: { order: { header: 'x-user' }, timeout: '20s' },
  });
  const url = `http://127.0.0.1:${port}`;
  const ada = { headers: { 'x-user': 'ada' } };
  // Begins before /held is answered, so nothing follows from the one to the other.
  const overlapping = fetch(`${url}/slow`, ada);
  await primary.received(1);
  await fetch(`${url}/held`, ada).then((response) => response.text());
  slow.open();
  await overlapping.then((response) => response.text());
  await fetch(`${url}/other`, { headers: { 'x-user': 'bob' } }).then((response) => response.text());
  const received = await shadow.received(3);
  expect(received.map(({ target }) => target).toSorted()).toEqual(['/held', '/other', '/slow']);
  await fetch(`${url}/after`, ada).then((response) => response.text());
  await fetch(`${url}/last`, { headers: { 'x-user': 'bob' } }).then((response) => response.text());
  await shadow.received(4);
  expect(shadow.requests.map(({ target }) => target)).not.toContain('/after');
  held.open();
  expect((await settled(adminPort, 5)).outcomes('match')).toBe(5);
});

test('with order none nothing waits', async () => {
  const held = gate();
  const [primary, shadow] = await Promise.all([ok(), gated({ '/held': held })]);
  const { port, adminPort } = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    mirror: { order: 'none', timeout: '20s' },
  });
  const client = await connectRaw(port);
  for (const path of ['/held', '/after']) {
    await client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.response();
  }
  await shadow.received(2);
  held.open();
  expect((await settled(adminPort, 2)).outcomes('match')).toBe(2);
});

test('a hanging shadow holds its own row up for the timeout at most, then copies go and are counted; the control is not held up', async () => {
  const [primary, control] = await Promise.all([ok(), ok()]);
  const shadow = await gated({ '/held': gate() });
  const { port, adminPort } = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    control: control.url,
    mirror: { timeout: '2s' },
  });
  const client = await connectRaw(port);
  for (const path of ['/held', '/1', '/2']) {
    await client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.response();
  }
  await control.received(3);
  expect(shadow.requests.length).toBe(1);
  const counted = await settled(adminPort, 3);
  expect([counted.outcomes('shadow_timeout'), counted.outcomes('match')]).toEqual([1, 2]);
  // Both may have waited for long enough when their turn comes: then they go at once, on connections of their own.
  const [first, ...others] = shadow.requests.map(({ target }) => target);
  expect([first, others.toSorted()]).toEqual(['/held', ['/1', '/2']]);
});

test('more than a quarter of inFlight do not wait for one: those that have waited longest go out of turn, and are counted', async () => {
  const primary = await ok();
  const held = gate();
  const shadow = await gated({ '/held': held });
  const { port, adminPort } = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    mirror: { timeout: '20s', inFlight: 8 },
  });
  const client = await connectRaw(port);
  for (const path of ['/held', '/1', '/2', '/3', '/4']) {
    await client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.response();
  }
  const received = await shadow.received(3);
  expect(received.map(({ target }) => target)).toEqual(['/held', '/1', '/2']);
  const outOfOrder = async () =>
    (await metrics(adminPort)).sum('understudy_copies_out_of_order_total', { target: 'shadow' });
  await expect.poll(outOfOrder, { timeout: 10_000 }).toBe(2);
  held.open();
  expect((await settled(adminPort, 5)).outcomes('match')).toBe(5);
});
