/**
 * Each way in which a shadow, or a control, can fail, in a service of its own: so all fail at once, before the same
 * clients, and each has outcomes and a breaker of its own.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../../../bench/harness/ports.ts';
import { startAudience, startWell, WELL } from '../../support/audience.ts';
import { type Metrics, metrics, settled } from '../../support/metrics.ts';
import {
  type OriginRequest,
  type OriginScript,
  type Reply,
  startHttpOrigin,
  startOrigin,
} from '../../support/origin.ts';
import { beginServer } from '../../support/programs.ts';
import { configText, startUnderstudy } from '../../support/understudy.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

/** Repeats an act until the proxy has hung up. */
async function endlessly({ connection }: OriginRequest, act: () => Promise<unknown>): Promise<void> {
  while (!connection.socket.destroyed) await act();
}

async function resets(reply: Reply, before: string): Promise<void> {
  await reply.raw(before);
  reply.reset();
}

/** What a shadow does, and the outcome of its copies. */
const SCRIPTS: Readonly<Record<string, readonly [OriginScript, string]>> = {
  'resets-at-once': [{ head: (_, reply) => reply.reset() }, 'shadow_reset'],
  'resets-in-the-head': [{ request: (_, reply) => resets(reply, OK) }, 'shadow_reset'],
  'resets-in-the-body': [{ request: (_, reply) => resets(reply, `${OK}Content-Length: 9\r\n\r\nabc`) }, 'shadow_reset'],
  'closes-early': [
    { request: (_, reply) => reply.raw(`${OK}Content-Length: 9\r\n\r\nabc`).then(() => reply.end()) },
    'shadow_reset',
  ],
  'closes-its-side': [{ connected: ({ socket }) => void socket.end() }, 'shadow_reset'],
  hangs: [{ request: () => {} }, 'shadow_timeout'],
  'never-reads': [{ connected: () => new Promise(() => {}) }, 'shadow_timeout'],
  drips: [
    {
      request: async (request, reply) => {
        await reply.raw(`${OK}Content-Length: 9999\r\n\r\n`);
        await endlessly(request, () => Promise.all([reply.raw('x'), pause(50)]));
      },
    },
    'shadow_timeout',
  ],
  'never-ends': [
    {
      request: async (request, reply) => {
        await reply.raw(`${OK}Transfer-Encoding: chunked\r\n\r\n`);
        await endlessly(request, () => reply.raw(`8000\r\n${'x'.repeat(0x8000)}\r\n`));
      },
    },
    'shadow_invalid',
  ],
  'has-endless-headers': [
    {
      request: async (request, reply) => {
        await reply.raw(OK);
        await endlessly(request, () => reply.raw(`X-More: ${'x'.repeat(1_000)}\r\n`));
      },
    },
    'shadow_invalid',
  ],
  'talks-garbage': [{ request: (_, reply) => reply.raw('\0\0\0 this is not HTTP\r\n\r\n') }, 'shadow_invalid'],
  'has-two-lengths': [
    { request: (_, reply) => reply.raw(`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`) },
    'shadow_invalid',
  ],
};

/** A port whose queue of connections is full for good: who asks for one more is neither let in nor refused. */
function startBlackHole(): Promise<number> {
  const listen =
    'import socket,sys,time;s=socket.socket();s.bind(("127.0.0.1",int(sys.argv[1])));s.listen(0);time.sleep(600)';
  return beginServer('python3', (port) => ['-c', listen, String(port)]);
}

/** Where no copy reaches a server, and the outcome of copies that are sent there. */
async function startAway(): Promise<Readonly<Record<string, readonly [string, string]>>> {
  const plain = await startHttpOrigin((_request, response) => response.end());
  return {
    'is-not-there': [`http://127.0.0.1:${await freePort()}`, 'shadow_unreachable'],
    'has-no-name': ['http://nowhere.invalid:9', 'shadow_unreachable'],
    'speaks-no-tls': [plain.url.replace('http:', 'https:'), 'shadow_unreachable'],
    'is-a-black-hole': [`http://127.0.0.1:${await startBlackHole()}`, 'shadow_timeout'],
  };
}

test('whatever the shadows do at once, clients have their responses in time, each failure is told, and all recover', {
  timeout: 60_000,
}, async () => {
  const [primary, well] = await Promise.all([startWell(), startWell()]);
  let state: 'ill' | 'well' = 'ill';
  const away = await startAway();
  const shadows: Record<string, string> = { 'is-well': well.url };
  const outcomes: Record<string, string> = {};
  for (const [name, [url, outcome]] of Object.entries(away)) {
    shadows[name] = url;
    outcomes[name] = outcome;
  }
  for (const [name, [script, outcome]] of Object.entries(SCRIPTS)) {
    outcomes[name] = outcome;
    const shadow = await startOrigin({
      connected: (connection) => (state === 'ill' ? script.connected?.(connection) : undefined),
      head: (head, reply) => (state === 'ill' ? script.head?.(head, reply) : undefined),
      request: (request, reply) => (state === 'ill' ? script : WELL).request?.(request, reply),
    });
    shadows[name] = shadow.url;
  }
  const names = Object.keys(shadows);
  const config = {
    services: Object.fromEntries(
      Object.entries(shadows).map(([name, url]) => [
        name,
        {
          match: { path: `/${name}/*` },
          primary: primary.url,
          shadow: { url, timeouts: { connect: '300ms' } },
        },
      ]),
    ),
    mirror: { timeout: '800ms', maxBody: '256KiB', order: 'none' },
  };
  const { port, adminPort, process, logs, logged, file, stop } = await startUnderstudy(config);
  const audience = startAudience(
    port,
    names.map((name) => `/${name}/1`),
  );
  const spared = async () => {
    const now = await metrics(adminPort);
    return names.filter((service) => isSpared(now, service));
  };
  await expect.poll(spared, { timeout: 25_000 }).toEqual(names.filter((name) => name !== 'is-well'));
  const during = await metrics(adminPort);
  for (const [name, outcome] of Object.entries(outcomes)) {
    expect(during.sum('understudy_outcomes_total', { service: name, outcome }), name).toBeGreaterThan(0);
  }
  for (const name of names) {
    const lines = logs().filter(({ level, service }) => service === name && (level === 'error' || level === 'warn'));
    expect(lines.length, JSON.stringify(lines)).toBeLessThanOrEqual(2);
  }
  expect(peakMemory(process.pid!)).toBeLessThan(512);

  state = 'well';
  for (const name of Object.keys(away)) config.services[name]!.shadow.url = well.url;
  await writeFile(file, configText(config));
  await logged(({ msg }) => msg === 'the configuration was reloaded');
  const matched = async () => {
    const now = await metrics(adminPort);
    return names.filter((service) => now.sum('understudy_outcomes_total', { service, outcome: 'match' }) > 0);
  };
  await expect.poll(matched, { timeout: 25_000 }).toEqual(names);
  await settled(adminPort, await audience.unharmed());
  expect(await stop()).toBe(0);
});

function isSpared(now: Metrics, service: string): boolean {
  return now.sum('understudy_outcomes_total', { service, reason: 'breaker_open' }) > 0;
}

/** MiB. */
function peakMemory(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
