/** Two proxies, each of which is the shadow of the other: a mistake of a configuration that no check can see. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../../bench/harness/ports.ts';
import { startAudience, startWell } from '../../support/audience.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { settled } from '../../support/metrics.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

/** `between`: the port by which a proxy is reached by the other one. */
async function circle(
  between: (port: number) => Promise<number> = (port) => Promise.resolve(port),
): Promise<readonly [Understudy, Understudy]> {
  const service = await startWell();
  const [one, other] = [await freePort(), await freePort()];
  const start = async (own: number, next: number) =>
    startUnderstudy({
      listen: `127.0.0.1:${own}`,
      primary: service.url,
      shadow: `http://127.0.0.1:${await between(next)}`,
    });
  return Promise.all([start(one, other), start(other, one)]);
}

/** A middle box that keeps from the next one by whom a request came, as some gateways do. */
async function withoutVia(port: number): Promise<number> {
  const server = createServer(({ method, url, headers: { via, ...headers } }, response) => {
    const forwarded = request({ port, method, path: url, headers }, (answered) => {
      response.writeHead(answered.statusCode!, answered.headers);
      answered.pipe(response);
    });
    forwarded.on('error', () => response.destroy()).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  afterThisTest(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
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

test('a copy that comes back without Via is known by its marker, counted and copied no more', async () => {
  const [one, other] = await circle(withoutVia);
  const audience = startAudience(one.port, ['/items/1', '/items/2']);
  await audience.more(50);
  const requests = await audience.unharmed();
  const now = await settled(one.adminPort, 2 * requests);
  expect([now.outcomes('match'), now.outcomes('skipped', 'loop')]).toEqual([requests, requests]);
  expect((await settled(other.adminPort, requests)).outcomes('match')).toBe(requests);
});
