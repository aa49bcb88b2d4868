/** Two proxies, each of which is the shadow of the other: a mistake of a configuration that no check can see. */
import { expect, test } from 'vitest';
import { freePort } from '../../../bench/harness/ports.ts';
import { startAudience, startWell } from '../../support/audience.ts';
import { settled } from '../../support/metrics.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

async function circle(): Promise<readonly [Understudy, Understudy]> {
  const service = await startWell();
  const [one, other] = [await freePort(), await freePort()];
  const start = (own: number, next: number) =>
    startUnderstudy({
      listen: `127.0.0.1:${own}`,
      primary: service.url,
      shadow: `http://127.0.0.1:${next}`,
    });
  return Promise.all([start(one, other), start(other, one)]);
}

test('a copy that comes back to its proxy is answered with 508, counted and copied no more, and clients notice nothing', async () => {
  const [one, other] = await circle();
  const audience = startAudience(one.port, ['/items/1', '/items/2']);
  await audience.more(50);
  const requests = await audience.unharmed();
  const now = await settled(one.adminPort, 2 * requests);
  expect([now.outcomes('match'), now.outcomes('skipped', 'refused')]).toEqual([requests, requests]);
  expect(now.sum('understudy_requests_refused_total', { code: '508' })).toBe(requests);
  await settled(other.adminPort, requests);
});
