/** Clients first: where they have to wait for an edge or for production, copies are paused, and go on by themselves. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startAudience, startWell, WELL } from '../../support/audience.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

/** A process that gets the CPU only by turns, as on a machine that is far too small. Returns the end of it. */
function starve({ kill }: Understudy): () => Promise<void> {
  let state: 'starving' | 'fed' = 'starving';
  const ended = (async () => {
    while (state === 'starving') {
      kill('SIGSTOP');
      await wait(400);
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

test('a late edge and a slow primary pause the copies, which is told once, and both go on when all is calm again', async () => {
  let delay = 0;
  const primary = await startOrigin({
    request: async (request, reply) => {
      await wait(delay);
      WELL.request!(request, reply);
    },
  });
  const shadow = await startWell();
  const understudy = await startUnderstudy(
    { primary: primary.url, shadow: shadow.url, mirror: { pauseWhen: { primaryP99: '600ms' } } },
    { env: { UNDERSTUDY_MIRROR_PAUSE_WHEN_EVENT_LOOP_LAG: '200ms' } },
  );
  const { adminPort, logged } = understudy;
  const audience = startAudience(understudy.port, ['/items/1', '/items/2'], 100);
  await audience.more(100);

  delay = 800;
  const feed = starve(understudy);
  const begun = [
    await logged(({ msg }) => msg?.includes('an edge thread is late') === true),
    await logged(({ msg }) => msg?.includes('the primary is slow') === true),
  ];
  expect(begun).toMatchObject([
    { level: 'warn', limit: 200, thread: 'edge-0' },
    { level: 'warn', limit: 600 },
  ]);
  await feed();
  const shown = await fetch(`http://127.0.0.1:${adminPort}/api/v1/mirror`).then((response) => response.json());
  expect(shown).toMatchObject({
    enabled: true,
    paused: [{ cause: 'event_loop_lag', edges: 1 }, { cause: 'primary_p99' }],
  });
  const paused = await metrics(adminPort);
  expect(paused.sum('understudy_mirror_paused', { cause: 'event_loop_lag' })).toBe(1);
  expect(paused.sum('understudy_mirror_paused', { cause: 'primary_p99' })).toBe(1);
  const copied = shadow.requests.length;
  await audience.more(100);
  expect(shadow.requests.length).toBe(copied);

  delay = 0;
  for (const cause of ['event_loop_lag', 'primary_p99'])
    await logged((line) => line.msg === 'mirroring goes on' && line['cause'] === cause);
  await audience.more(100);
  const requests = await audience.unharmed(800);
  const now = await settled(adminPort, requests);
  expect(now.outcomes('match') + now.outcomes('skipped', 'paused')).toBe(requests);
  expect(shadow.requests.length).toBe(now.outcomes('match'));
  expect(now.outcomes('match')).toBeGreaterThan(copied);
  expect(now.sum('understudy_latency_left_out_total', { reason: 'strained' })).toBeGreaterThan(0);
  expect(understudy.logs().filter(({ msg }) => /^mirroring (is paused|goes on)/.test(msg ?? ''))).toHaveLength(4);
}, 60_000);
