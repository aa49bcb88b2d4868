import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { descriptorLimit } from '../../../src/config/descriptor-limit.ts';
import { startAudience, startWell } from '../../support/audience.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { settled } from '../../support/metrics.ts';
import { startUnderstudy } from '../../support/understudy.ts';

/** Almost as many as may connect by default, or as fit into a process that may open no more files. */
const IDLE = Math.min(9_900, Math.floor(descriptorLimit()!.limit * 0.8) - 1_000);
/** Connections that are opened before the first of them is waited for. */
const AT_ONCE = 500;

/** Clients that said nothing yet; every second one has begun to. */
async function startIdle(port: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < IDLE) {
    const some = Array.from({ length: Math.min(AT_ONCE, IDLE - sockets.length) }, () => connect(port, '127.0.0.1'));
    await Promise.all(
      some.map(
        (socket, at) =>
          new Promise<void>((resolve, reject) => {
            socket.once('error', reject).once('connect', () => {
              if (at % 2 === 0) socket.write('GET / HTTP/1.1\r\nHost: ');
              resolve();
            });
          }),
      ),
    );
    sockets.push(...some);
  }
  return sockets;
}

const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
/** KiB. */
const memoryOf = (pid: number) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);

test('thousands of clients that say nothing cost others nothing, little memory, and no descriptor once they have left', async () => {
  const [primary, shadow] = await Promise.all([startWell(), startWell()]);
  const {
    port,
    adminPort,
    process: child,
    logs,
    stop,
  } = await startUnderstudy({
    primary: { url: primary.url, connections: 64 },
    shadow: shadow.url,
    client: { headTimeout: '60s' },
  });
  const pid = child.pid!;
  const audience = startAudience(port, ['/items/1', '/items/2']);
  await audience.more(200);
  const before = { memory: memoryOf(pid), descriptors: descriptorsOf(pid) };
  const idle = await startIdle(port);
  afterThisTest(() => idle.forEach((socket) => void socket.destroy()));
  await audience.more(200);
  expect(descriptorsOf(pid)).toBeGreaterThan(IDLE);
  expect((memoryOf(pid) - before.memory) / IDLE).toBeLessThan(12);
  for (const socket of idle) socket.destroy();
  await expect.poll(() => descriptorsOf(pid), { timeout: 10_000 }).toBeLessThan(before.descriptors + 50);
  await audience.more(50);
  await settled(adminPort, await audience.unharmed());
  expect(logs().filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  expect(await stop()).toBe(0);
});
