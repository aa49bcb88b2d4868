import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { placeOf, post } from '../../../src/alerts/post.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { startHttpOrigin } from '../../support/origin.ts';

const SECRET = 'T0-secret';
const LONG = 30_000;
const hook = (port: number) => ({
  url: `http://127.0.0.1:${port}/hook/${SECRET}?key=${SECRET}`,
  format: 'json' as const,
  headers: { authorization: `Bearer ${SECRET}` },
});
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
afterEach(() => expect(unhandled).toEqual([]));

test('posts JSON with its header fields to path and query', async () => {
  const requests: object[] = [];
  const { port } = await startHttpOrigin(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { authorization, 'content-type': type } = request.headers;
    requests.push({ method: request.method, url: request.url, body, authorization, type });
    response.writeHead(204).end();
  });
  expect(await post(hook(port), '{"a":1}', LONG)).toEqual({ ok: true, status: 204 });
  expect(requests).toEqual([
    {
      method: 'POST',
      url: `/hook/${SECRET}?key=${SECRET}`,
      body: '{"a":1}',
      authorization: `Bearer ${SECRET}`,
      type: 'application/json',
    },
  ]);
});

test.each([
  [500, true],
  [503, true],
  [429, true],
  [408, true],
  [404, false],
  [403, false],
  [302, false],
])('a receiver that answers %i is a failure', async (status, again) => {
  const { port } = await startHttpOrigin((_, response) => {
    response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('no');
  });
  expect(await post(hook(port), '{}', LONG)).toEqual({ ok: false, reason: `answers ${status}`, again });
});

test('a receiver that hangs is given up at the deadline, before or after it has read', async () => {
  const { port } = await startHttpOrigin(() => {});
  expect(await post(hook(port), '{}', 50)).toEqual({ ok: false, reason: 'no response within 50 ms', again: true });
  const mute = createServer(() => {});
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
  afterThisTest(() => void mute.close());
  const { port: at } = mute.address() as { port: number };
  expect(await post(hook(at), 'x'.repeat(4_000_000), 50)).toMatchObject({
    ok: false,
    reason: 'no response within 50 ms',
  });
});

test('a body that never ends is not waited for', async () => {
  const { port } = await startHttpOrigin((_, response) => void response.writeHead(200).write('ok'));
  expect(await post(hook(port), '{}', LONG)).toEqual({ ok: true, status: 200 });
});

test('a receiver that resets, is not there, or speaks no HTTP is a failure that names no secret', async () => {
  const { port } = await startHttpOrigin((request) => void request.socket.resetAndDestroy());
  const { server, port: gone } = await startHttpOrigin(() => {});
  server.close();
  await once(server, 'close');
  const noise = createServer((socket) => void socket.end('SSH-2.0-x\r\n'));
  noise.listen(0, '127.0.0.1');
  await once(noise, 'listening');
  afterThisTest(() => void noise.close());
  const { port: other } = noise.address() as { port: number };
  for (const at of [port, gone, other]) {
    const posted = await post(hook(at), '{}', LONG);
    expect(posted).toMatchObject({ ok: false, again: true, reason: expect.stringMatching(/^fails: \w+$/) });
    expect(JSON.stringify(posted)).not.toContain(SECRET);
  }
  expect(placeOf(hook(1))).toBe('http://127.0.0.1:1');
});
