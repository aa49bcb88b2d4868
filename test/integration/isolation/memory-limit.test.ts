/** The memory of a container, in a control group whose limit the kernel enforces: whoever needs more is killed. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { responseTo, startAudience } from '../../support/audience.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { inMemoryOf, mayLimitMemory } from '../../support/control-groups.ts';
import { metrics } from '../../support/metrics.ts';
import { startHttpOrigin } from '../../support/origin.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const LIMIT = 350 * 1024 * 1024;
const LARGE = 'x'.repeat(200_000);
/** Clients that want more of it than such a container leaves to copies. */
const DEAF = 150;
/** Milliseconds that the shadow takes. */
const SLOWNESS = 500;
/** Reasons for which copies are given up so that no more is held. */
const SHED = ['in_flight_limit', 'tape_full', 'primary_slow'];

function respond({ url }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('X-Served', url!);
  response.setHeader('Content-Type', 'application/json');
  response.end(url === '/large' ? LARGE : responseTo(url!));
}

/** A client that asks for what is large, and never reads it. */
function askDeaf(port: number): Socket {
  const socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => {}).write('GET /large HTTP/1.1\r\nHost: example.test\r\n\r\n');
  afterThisTest(() => socket.destroy());
  return socket;
}

test.skipIf(!mayLimitMemory())(
  'where a container has little memory copies are shed, nobody is killed, and clients have their responses in time; copies are compared again once there is some',
  { timeout: 120_000 },
  async () => {
    const [primary, shadow] = await Promise.all([
      startHttpOrigin(respond),
      // It keeps what the edge passes on waiting.
      startHttpOrigin((request, response) => void setTimeout(() => respond(request, response), SLOWNESS)),
    ]);
    const { port, adminPort, logs, stop } = await startUnderstudy(
      { primary: primary.url, shadow: shadow.url, mirror: { order: 'none' } },
      { wrapper: inMemoryOf(LIMIT) },
    );
    const now = () => metrics(adminPort);
    expect(logs().find(({ msg }) => msg?.startsWith('the memory of this container is limited'))).toMatchObject({
      limit: LIMIT,
    });
    const audience = startAudience(port, ['/items/1', '/items/2']);
    const deaf: Socket[] = [];
    while (deaf.length < DEAF) {
      await audience.more(4);
      for (let more = 0; more < 5; more++) deaf.push(askDeaf(port));
    }
    let most = 0;
    const shed = async () => {
      const at = await now();
      most = Math.max(most, at.sum('understudy_mirror_memory_bytes'));
      return SHED.reduce((sum, reason) => sum + at.outcomes('skipped', reason), 0);
    };
    await expect.poll(shed, { interval: 200 }).toBeGreaterThan(DEAF / 3);
    expect(most).toBeLessThanOrEqual((await now()).sum('understudy_mirror_memory_limit_bytes'));
    await audience.more(100);

    for (const socket of deaf) socket.destroy();
    const matches = (await now()).outcomes('match');
    await expect.poll(async () => (await now()).outcomes('match')).toBeGreaterThan(matches + 20);
    await audience.unharmed();
    const unsettled = async () => {
      const at = await now();
      return at.requests - at.outcomes();
    };
    await expect.poll(unsettled).toBe(0);
    expect((await now()).sum('understudy_thread_restarts_total')).toBe(0);
    const complaints = logs().filter(({ level }) => level === 'warn' || level === 'error');
    expect(complaints.length, JSON.stringify(complaints)).toBeLessThanOrEqual(4);
    expect(await stop()).toBe(0);
  },
);
