import { expect, test } from 'vitest';
import type { AdminDependencies } from '../../../src/admin/dependencies.ts';
import { createAdminServer } from '../../../src/admin/server.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { dependencies, NOW } from '../../unit/admin/results.ts';

async function started(changes: Partial<AdminDependencies> = {}) {
  const server = createAdminServer(dependencies(changes));
  afterThisTest(() => server.close());
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, url: `http://127.0.0.1:${port}/api/v1` };
}

async function opened(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/stream`, { headers });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    response,
    /** Reads until a text has come. */
    async until(wanted: string): Promise<void> {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended without ${wanted}: ${text}`);
        text += value;
      }
    },
    async end(): Promise<void> {
      while (!(await reader.read()).done);
    },
  };
}

test('an open page learns of the kill switch by the stream, and of the end of the server', async () => {
  const { server, url } = await started();
  const stream = await opened(url);
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
  expect(stream.response.headers.get('x-content-type-options')).toBe('nosniff');
  await stream.until('event: hello\ndata: {"instance":"one","version":"0.1.0"');
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/mirror`, { method: 'PUT', headers, body: '{"enabled":false}' });
  await stream.until('event: mirror\ndata: {"enabled":false,');
  const ended = stream.end();
  await server.close();
  await ended;
});

test.each([
  ['PUT', 'signatures/a1b2c3/state', '{"state":"open"}', 'marks'],
  ['POST', 'marks', '{"ids":["a1b2c3"],"state":"open"}', 'marks'],
  ['POST', 'rehearsals', '{}', 'rehearsals'],
  ['DELETE', 'results', undefined, 'rehearsals'],
])('an open page learns by the stream that %s %s was called elsewhere', async (method, path, body, event) => {
  const { url } = await started();
  const stream = await opened(url);
  await stream.until('event: hello');
  const headers = { 'content-type': 'application/json' };
  const { ok } = await fetch(`${url}/${path}`, { method, headers, ...(body !== undefined && { body }) });
  expect(ok).toBe(true);
  await stream.until(`event: ${event}`);
});

test('beyond 32 streams a page is told to ask at intervals, and the others go on', async () => {
  const { url } = await started();
  const streams = await Promise.all(Array.from({ length: 32 }, () => opened(url)));
  const refused = await fetch(`${url}/stream`);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('30');
  expect(await refused.json()).toMatchObject({ code: 'too_many_streams' });
  for (const stream of streams) await stream.until('event: hello');
  expect((await fetch(`${url}/stream`, { method: 'HEAD' })).status).toBe(503);
});

test('HEAD tells of the stream without opening one', async () => {
  const { url } = await started();
  const { status, headers } = await fetch(`${url}/stream`, { method: 'HEAD' });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
});

test('the stream needs the token, where one is set', async () => {
  const { url } = await started({ token: 'sesame' });
  expect((await fetch(`${url}/stream`)).status).toBe(401);
});

async function loggedIn(url: string): Promise<{ readonly cookie: string }> {
  const headers = { 'content-type': 'application/json' };
  const { headers: given } = await fetch(`${url}/session`, { method: 'POST', headers, body: '{"token":"sesame"}' });
  return { cookie: given.get('set-cookie')!.split(';')[0]! };
}

test('a stream ends with the session that opened it, be it by a logout or by its time; others go on', async () => {
  let now = NOW;
  const { url } = await started({ token: 'sesame', now: () => now });
  const session = await loggedIn(url);
  const [first, second] = [await opened(url, session), await opened(url, session)];
  const other = await opened(url, await loggedIn(url));
  const program = await opened(url, { authorization: 'Bearer sesame' });
  for (const stream of [first, second, other, program]) await stream.until('event: hello');
  await fetch(`${url}/session`, { method: 'DELETE', headers: session });
  await Promise.all([first.end(), second.end()]);
  const switched = async (enabled: boolean) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer sesame' };
    await fetch(`${url}/mirror`, { method: 'PUT', headers, body: JSON.stringify({ enabled }) });
  };
  await switched(false);
  await other.until('{"enabled":false');
  now += 13 * 3_600_000;
  await other.end();
  await switched(true);
  await program.until('{"enabled":true');
});
