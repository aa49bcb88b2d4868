import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { metrics, settled } from '../../support/metrics.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';
import { connectRaw, type RawClient } from '../../support/raw-client.ts';
import { runUnderstudy, startUnderstudy } from '../../support/understudy.ts';

/** Milliseconds that an application works on a request. */
const WORK = 40;
const BURSTS = 6;
const AT_ONCE = 20;
const answer = { headers: { 'Content-Type': 'text/plain' }, body: 'done' };

/** Does any number at once. */
const concurrent: OriginScript = {
  request: async (_request, reply) => {
    await pause(WORK);
    await reply.send(answer);
  },
};

/** Does one after another. */
function oneAtATime(): OriginScript {
  let before: Promise<unknown> = Promise.resolve();
  return {
    request: (_request, reply) => {
      before = before.then(() => pause(WORK));
      return before.then(() => reply.send(answer));
    },
  };
}

async function ask(client: RawClient): Promise<void> {
  await client.send('GET /seats HTTP/1.1\r\nHost: example.test\r\n\r\n');
  expect((await client.response()).status).toBe(200);
}

async function report(shadow: OriginScript, bursts: number, between: 'the shadow is done' | 'nothing') {
  const [primary, target] = await Promise.all([startOrigin(concurrent), startOrigin(shadow)]);
  const understudy = await startUnderstudy({ primary: primary.url, shadow: target.url, mirror: { timeout: '60s' } });
  const clients = await Promise.all(Array.from({ length: AT_ONCE }, () => connectRaw(understudy.port)));
  for (let burst = 1; burst <= bursts; burst++) {
    await Promise.all(clients.map(ask));
    if (between === 'the shadow is done') await settled(understudy.adminPort, burst * AT_ONCE);
  }
  await settled(understudy.adminPort, bursts * AT_ONCE);
  const counted = await metrics(understudy.adminPort);
  expect(await understudy.stop()).toBe(0);
  const read = async (...flags: string[]) =>
    (await runUnderstudy(['report', '--store', understudy.store, ...flags], { directory: understudy.directory }))
      .stdout;
  const [text, json] = [await read(), JSON.parse(await read('--json'))];
  return { text, route: json.routes[0], counted };
}

test.each(['the shadow is done', 'nothing'] as const)(
  'a shadow that does one at a time is not called slower for bursts of copies with %s between, and the report tells of the queueing',
  async (between) => {
    const { text, route, counted } = await report(oneAtATime(), BURSTS, between);
    expect(text).not.toContain('slower');
    expect(route).not.toHaveProperty('shift');
    const { count, inFlight } = route.crowded;
    expect(text).toMatch(
      new RegExp(
        `: ${count} pairs are left out of the delta: the shadow was queueing, with up to ${inFlight} copies in flight$`,
        'm',
      ),
    );
    expect(inFlight).toBeGreaterThan(AT_ONCE / 2);
    expect(inFlight).toBeLessThanOrEqual(AT_ONCE);
    expect(count).toBeGreaterThan((BURSTS * AT_ONCE) / 2);
    expect(counted.sum('understudy_latency_left_out_total', { reason: 'queueing' })).toBe(count);
    expect(count + route.delta.count).toBe(BURSTS * AT_ONCE);
  },
);

test('a shadow that is slower by itself is called so, for bursts of copies as well', async () => {
  const slow: OriginScript = {
    request: async (_request, reply) => {
      await pause(10 * WORK);
      await reply.send(answer);
    },
  };
  const { text, route } = await report(slow, BURSTS, 'nothing');
  expect(text).toContain('the shadow is slower than the primary');
  expect(route.shift).toMatchObject({ direction: 'slower' });
});
