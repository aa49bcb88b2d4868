/** In a container with little memory, whose end is an OOM kill. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settled } from '../support/metrics.ts';
import { startHttpOrigin } from '../support/origin.ts';
import { startUnderstudy } from '../support/understudy.ts';

const MIB = 1024 * 1024;
const LIMIT = 350 * MIB;
const PRELOAD = new URL('../support/memory-limit.mjs', import.meta.url).href;
const REQUESTS = 160;
const CLIENTS = 16;
const SIZE = 1_000_000;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Bodies of a megabyte, no two of which are equal. */
function items(): Buffer {
  const one = () => ({
    id: randomBytes(8).toString('hex'),
    price: Math.random(),
    tags: [randomBytes(4).toString('hex')],
  });
  const list = Array.from({ length: 12_000 }, one);
  return Buffer.from(JSON.stringify({ list }).padEnd(SIZE));
}
const nested = (): Buffer => Buffer.from(`[${'[],'.repeat(333_000)}"${randomBytes(8).toString('hex')}"]`);

function target(make: () => Buffer) {
  const bodies = Array.from({ length: 4 }, make);
  let next = 0;
  return startHttpOrigin((_request, response) => {
    const body = bodies[next++ % bodies.length]!;
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-sha256', sha256(body));
    response.end(body);
  });
}

/** What a process, and those that it started, have to themselves. */
function anonymousBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const own = Number(/^RssAnon:\s+(\d+)/m.exec(status)![1]) * 1024;
  return children.reduce((sum, child) => sum + anonymousBytes(Number(child)), own);
}

test.each([
  ['items', items],
  ['arrays in arrays', nested],
])(
  'in 350 MiB, megabytes of %s that always differ leave a sixth unused: copies are shed and counted, and clients get every byte',
  { timeout: 180_000 },
  async (_what, make) => {
    const [primary, shadow, control] = await Promise.all([target(make), target(make), target(make)]);
    const understudy = await startUnderstudy(
      { primary: primary.url, shadow: shadow.url, control: control.url },
      { env: { NODE_OPTIONS: `--import=${PRELOAD}`, MEMORY_LIMIT: `${LIMIT}` } },
    );
    const chosen = understudy.logs().find(({ msg }) => msg?.startsWith('the memory of this container is limited'));
    expect(chosen).toMatchObject({ limit: LIMIT, buffer: expect.any(Number), heaps: { young: expect.any(Number) } });
    let most = 0;
    let left = REQUESTS;
    const client = async () => {
      while (left-- > 0) {
        const response = await fetch(`http://127.0.0.1:${understudy.port}/`);
        expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(response.headers.get('x-sha256'));
        most = Math.max(most, anonymousBytes(understudy.process.pid!));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const counted = await settled(understudy.adminPort, REQUESTS);
    most = Math.max(most, anonymousBytes(understudy.process.pid!));
    expect(counted.outcomes('primary_failed')).toBe(0);
    expect(counted.sum('understudy_thread_restarts_total')).toBe(0);
    expect(most).toBeLessThan((LIMIT * 5) / 6);
    expect(await understudy.stop()).toBe(0);
  },
);
