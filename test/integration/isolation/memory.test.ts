/** What is held of requests and responses is bounded by one number, and what is too large for a copy is only passed on. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { type Metrics, metrics, settled } from '../../support/metrics.ts';
import { startHttpOrigin } from '../../support/origin.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const MIB = 1024 * 1024;

const heldIn = (now: Metrics) => now.sum('understudy_mirror_memory_bytes');

test('whatever hangs and differs, no more is held than mirror.memory allows; copies are shed, and all is let go of', {
  timeout: 60_000,
}, async () => {
  const body = JSON.stringify({ items: Array.from({ length: 12_000 }, (_, id) => ({ id, name: `item ${id}` })) });
  const primary = await startHttpOrigin((_request, response) => response.end(body));
  const shadow = await startHttpOrigin(({ url }, response) => {
    if (url === '/differs') response.end(body.replaceAll('item', randomBytes(2).toString('hex')));
  });
  const { port, adminPort } = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    mirror: { memory: '24MiB', timeout: '2s', order: 'none' },
  });
  let sent = 0;
  let state: 'running' | 'ended' = 'running';
  const client = async () => {
    while (state === 'running') {
      const path = sent++ % 2 === 0 ? '/hangs' : '/differs';
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      expect(await response.text()).toBe(body);
    }
  };
  const clients = Array.from({ length: 8 }, client);
  const limit = (await metrics(adminPort)).sum('understudy_mirror_memory_limit_bytes');
  expect(limit).toBeLessThanOrEqual(24 * MIB);
  let most = 0;
  // The gauges of the threads are written once a second.
  await expect
    .poll(
      async () => {
        const now = await metrics(adminPort);
        most = Math.max(most, heldIn(now));
        expect(most).toBeLessThanOrEqual(limit);
        return now.outcomes('skipped', 'in_flight_limit') > 20 && now.outcomes('mismatch') > 0 && most > limit / 3;
      },
      { interval: 200, timeout: 30_000 },
    )
    .toBe(true);
  state = 'ended';
  await Promise.all(clients);
  await settled(adminPort, sent);
  await expect.poll(async () => heldIn(await metrics(adminPort)), { timeout: 10_000 }).toBe(0);
});

/** Up and down. */
const LENGTH = 1024 * MIB;
const CHUNK = Buffer.alloc(256 * 1024, 'x');

function* gibibyte(): Generator<Buffer> {
  for (let sent = 0; sent < LENGTH; sent += CHUNK.length) yield CHUNK;
}

async function lengthOf(message: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const chunk of message) length += (chunk as Buffer).length;
  return length;
}

/** What a process has to itself, in MiB. */
function anonymousMemory(pid: number): number {
  return Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

test('a gibibyte up and one down are streamed while memory stays flat, and their copies are given up', {
  timeout: 120_000,
}, async () => {
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    if (incoming.method === 'PUT') response.end(String(await lengthOf(incoming)));
    else await pipeline(Readable.from(gibibyte()), response);
  };
  const primary = await startHttpOrigin((incoming, response) => void answer(incoming, response));
  const shadow = await startHttpOrigin(async (incoming, response) => {
    await lengthOf(incoming);
    response.end('small');
  });
  const { port, adminPort, process } = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    mirror: { methods: ['GET', 'PUT'], maxBody: '1MiB' },
  });
  const before = anonymousMemory(process.pid!);
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, anonymousMemory(process.pid!));
  }, 100);
  const ask = (method: string, body: Readable): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const asked = request({ port, method, path: '/' }, resolve).on('error', reject);
      pipeline(body, asked).catch(reject);
    });
  const received = await Promise.all([
    ask('PUT', Readable.from(gibibyte())).then(async (up) => Number((await up.toArray()).join(''))),
    ask('GET', Readable.from([])).then(lengthOf),
  ]);
  expect(received).toEqual([LENGTH, LENGTH]);
  clearInterval(watch);
  expect((await settled(adminPort, 2)).outcomes('skipped', 'too_large')).toBe(2);
  expect(most - before).toBeLessThan(128);
});
