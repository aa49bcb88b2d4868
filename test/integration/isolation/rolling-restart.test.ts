import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../../bench/harness/ports.ts';
import { startAudience, startWell } from '../../support/audience.ts';
import { metrics } from '../../support/metrics.ts';
import { beginServer } from '../../support/programs.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

/** Where a proxy listens, and HAProxy asks whether it is ready: at an address that no outgoing connection takes meanwhile. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly admin: number;
}

/** HAProxy before two proxies, which it takes for what `/readyz` says. */
function startBalancer(places: readonly Place[]): Promise<number> {
  const folder = temporaryDirectory();
  return beginServer('haproxy', (own) => {
    const file = join(folder, 'haproxy.cfg');
    const servers = places.map(
      ({ host, port, admin }, at) =>
        `  server understudy-${at} ${host}:${port} check port ${admin} inter 100ms fall 1 rise 1`,
    );
    writeFileSync(
      file,
      `
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
  timeout check 5s
  option http-server-close
listen service
  bind 127.0.0.1:${own}
  option httpchk GET /readyz
  retries 0
${servers.join('\n')}
`,
    );
    return ['-db', '-f', file];
  });
}

// Four starts of a process, two of them one after the other.
test('two proxies behind HAProxy are restarted one after the other, and not one request fails', {
  timeout: 60_000,
}, async () => {
  const [primary, shadow] = await Promise.all([startWell(), startWell()]);
  const places: Place[] = [];
  for (const host of ['127.0.0.71', '127.0.0.72'])
    places.push({ host, port: await freePort(), admin: await freePort() });
  const start = ({ host, port, admin }: Place): Promise<Understudy> =>
    startUnderstudy({
      listen: `${host}:${port}`,
      admin: `${host}:${admin}`,
      primary: primary.url,
      shadow: shadow.url,
      shutdown: { grace: '1s' },
    });
  const running = await Promise.all(places.map(start));
  const audience = startAudience(await startBalancer(places), ['/items/1', '/items/2']);
  await audience.more(50);
  for (const [at, place] of places.entries()) {
    expect(await running[at]!.stop()).toBe(0);
    running[at] = await start(place);
    const served = async () => (await metrics(place.admin, place.host)).requests;
    await expect.poll(served, { timeout: 10_000 }).toBeGreaterThan(0);
  }
  await audience.unharmed();
});
