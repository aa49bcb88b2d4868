/** Clients first: where they have to wait for an edge or for production, copies are paused, and go on by themselves. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startAudience, startWell } from '../../support/audience.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { ask, startEdge } from '../../support/edge.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

/** Milliseconds, nearly all of the time. */
const STOPPED = 800;

/** A process that gets the CPU only by turns, as on a machine that is far too small. Returns the end of it. */
function starve({ kill }: Understudy): () => Promise<void> {
  let state: 'starving' | 'fed' = 'starving';
  const ended = (async () => {
    while (state === 'starving') {
      kill('SIGSTOP');
      await wait(STOPPED);
      kill('SIGCONT');
      await wait(100);
    }
  })();
  const feed = () => {
    state = 'fed';
    return ended;
  };
  afterThisTest(feed);
  return feed;
}

test('a late edge pauses the copies, which is told once, and goes on when all is calm again', async () => {
  const [primary, shadow] = await Promise.all([startWell(), startWell()]);
  const understudy = await startUnderstudy(
    { primary: primary.url, shadow: shadow.url },
    { env: { UNDERSTUDY_MIRROR_PAUSE_WHEN_EVENT_LOOP_LAG: '500ms' } },
  );
  const { adminPort, logged } = understudy;
  const audience = startAudience(understudy.port, ['/items/1', '/items/2']);
  await audience.more(50);

  const feed = starve(understudy);
  const late = await logged(({ msg }) => msg?.includes('an edge thread is late') === true);
  await feed();
  expect(late).toMatchObject({ level: 'warn', limit: 500, thread: 'edge-0' });
  const shown = await fetch(`http://127.0.0.1:${adminPort}/api/v1/mirror`).then((response) => response.json());
  expect(shown).toMatchObject({ enabled: true, paused: [{ cause: 'event_loop_lag', edges: 1 }] });
  expect((await metrics(adminPort)).sum('understudy_mirror_paused', { cause: 'event_loop_lag' })).toBe(1);
  const copied = shadow.requests.length;
  await audience.more(50);
  expect(shadow.requests.length).toBe(copied);

  await logged((line) => line.msg === 'mirroring goes on' && line['cause'] === 'event_loop_lag');
  await audience.more(50);
  const now = await settled(adminPort, await audience.unharmed(STOPPED));
  expect(now.outcomes('skipped', 'paused')).toBeGreaterThanOrEqual(50);
  expect(now.outcomes('mismatch')).toBe(0);
  expect(shadow.requests.length).toBeGreaterThan(copied);
  expect(now.sum('understudy_latency_left_out_total', { reason: 'strained' })).toBeGreaterThan(0);
  expect(understudy.logs().filter(({ msg }) => /^mirroring (is paused|goes on)/.test(msg ?? ''))).toHaveLength(2);
}, 60_000);

test('a slow primary, and one that gives no response, pause the copies of their service until it is well again', async () => {
  let ahead = 0;
  const clock = { wall: () => Date.now(), monotonic: () => performance.now() + ahead };
  let delay = 0;
  const primary = await startOrigin(async (_request, reply) => {
    await wait(delay);
    if (delay > 600) reply.reset();
    else await reply.send();
  });
  const edge = await startEdge(primary, {
    clock,
    mirror: { pauseWhen: { eventLoopLag: 'none', primaryP99: 500 } },
  });
  /** A window of so many requests at once, and what was found out a second later. */
  const window = async (count = 100) => {
    await Promise.all(Array.from({ length: count }, () => ask(edge, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')));
    ahead += 10_000;
    edge.context.pauses.look(0);
    return edge.context.pauses.now.map(({ cause }) => cause);
  };
  expect(await window()).toEqual([]);
  delay = 550;
  expect(await window()).toEqual([]);
  delay = 650;
  expect(await window()).toEqual(['primary_p99']);
  delay = 0;
  const paused = edge.endings()['skipped:paused'] ?? 0;
  expect(await window()).toEqual([]);
  expect(edge.endings()['skipped:paused']).toBe(paused + 100);
  await window();
  expect(edge.endings()['skipped:paused']).toBe(paused + 100);
});
