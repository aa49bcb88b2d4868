import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { seededRandom } from '../../src/cli/demo/random.ts';
import { afterThisTest } from '../support/cleanup.ts';
import { type Gate, gate } from '../support/gate.ts';
import { settled } from '../support/metrics.ts';
import { type OriginScript, startOrigin } from '../support/origin.ts';
import { connectRaw } from '../support/raw-client.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { runUnderstudy, startUnderstudy } from '../support/understudy.ts';

const SOUND = { listen: '127.0.0.1:0', admin: '127.0.0.1:0' };

test.each<[string, Record<string, unknown>, RegExp]>([
  [
    'an unknown key',
    { ...SOUND, shdow: 'http://127.0.0.1:1' },
    /^understudy\.yaml:3:1: unknown key; found "shdow" \(did you mean "shadow"\?\); allowed: /,
  ],
  [
    'a URL that is none',
    { ...SOUND, primary: 'localhost:80' },
    /^understudy\.yaml:3:10: primary\.url: .*; found "localhost:80"; allowed: /,
  ],
  ['an admin address for all without a token', { ...SOUND, admin: '0.0.0.0:0' }, /token/],
  ['a file that is no database', { ...SOUND, store: './understudy.yaml' }, /understudy\.yaml.*not a SQLite database/],
  ['a store in no directory', { ...SOUND, store: './none/understudy.db' }, /directory does not exist/],
])('serve refuses %s, in one line', async (_what, config, message) => {
  const { code, stdout, stderr } = await serve(config);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(message)]);
});

test.each(['listen', 'admin'])('serve refuses a port that is in use for %s, and names it', async (option) => {
  const holder = createServer().listen(0, '127.0.0.1');
  afterThisTest(() => holder.close());
  await once(holder, 'listening');
  const address = `127.0.0.1:${(holder.address() as AddressInfo).port}`;
  const { code, stderr } = await serve({ ...SOUND, [option]: address });
  expect({ code, lines: stderr.trimEnd().split('\n') }).toEqual({
    code: 2,
    lines: [expect.stringMatching(new RegExp(`${address}.* in use`))],
  });
});

/** Each is one request on a connection of its own, and must be counted as one. */
type Visit = (port: number, id: number) => Promise<void>;

test('whatever clients, primary and shadow do at once, each request is counted once and the process lives', async () => {
  const uploads = new Map<string, Gate>();
  const primary: OriginScript = {
    head: ({ target }) => uploads.get(target)?.open(),
    request: ({ target }, reply) => misbehave(target.split('/')[1]!, reply),
  };
  const shadow: OriginScript = {
    request: ({ target }, reply) => misbehave(target.split('/')[2]!, reply),
  };
  const [production, candidate] = await Promise.all([startOrigin(primary), startOrigin(shadow)]);
  const understudy = await startUnderstudy({
    primary: { url: production.url, timeouts: { firstByte: '2s' } },
    shadow: candidate.url,
    mirror: { timeout: '300ms', methods: ['GET', 'POST'] },
  });

  const get =
    (path: string, check: (port: number, request: string) => Promise<void>): Visit =>
    (port, id) =>
      check(port, `GET ${path}/${id} HTTP/1.1\r\nHost: example.test\r\n\r\n`);
  const malformed =
    (text: string): Visit =>
    (port) =>
      answered(400)(port, text);
  const visits: Visit[] = [
    get('/well/well', answered(200)),
    get('/well/reset', answered(200)),
    get('/well/garbage', answered(200)),
    get('/well/silence', answered(200)),
    get('/well/half', answered(200)),
    get('/reset/well', answered(502)),
    get('/garbage/well', answered(502)),
    get('/silence/well', answered(504)),
    get('/half/half', cut),
    malformed('GET /well/well HTTP/1.1\r\nHost: example.test\r\nBad Name: 1\r\n\r\n'),
    malformed('GET /well/well HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    malformed('GET /well/well HTTP/1.1\r\n\r\n'),
    malformed('\u0016\u0003\u0001\u0002 hello\r\n\r\n'),
    async (port, id) => {
      const client = await connectRaw(port);
      const target = `/well/well/${id}`;
      const arrived = gate();
      uploads.set(target, arrived);
      await client.send(`POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nno more than this`);
      await arrived.opened;
      client.reset();
    },
  ];
  const random = seededRandom(42);
  const storm = Array.from({ length: 20 }, () => visits)
    .flat()
    .map((visit) => ({ visit, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ visit }) => visit);
  for (let from = 0; from < storm.length; from += 70) {
    await Promise.all(storm.slice(from, from + 70).map((visit, id) => visit(understudy.port, from + id)));
  }
  await answered(200)(understudy.port, 'GET /well/well/last HTTP/1.1\r\nHost: example.test\r\n\r\n');

  const counted = await settled(understudy.adminPort, storm.length + 1);
  expect(counted.outcomes('primary_failed')).toBe(80);
  expect(counted.outcomes('skipped', 'refused')).toBe(80);
  expect(counted.outcomes('skipped', 'client_aborted')).toBe(20);
  expect(counted.outcomes('match')).toBeGreaterThan(0);
  const failures = ['shadow_reset', 'shadow_invalid', 'shadow_timeout'].map((outcome) => counted.outcomes(outcome));
  expect(Math.max(...failures)).toBeGreaterThan(0);
  expect(understudy.logs().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  expect(await understudy.stop()).toBe(0);
});

function misbehave(how: string, reply: Parameters<NonNullable<OriginScript['request']>>[1]): unknown {
  switch (how) {
    case 'reset':
      return reply.reset();
    case 'garbage':
      return reply.raw('\0 this is not HTTP\r\n\r\n');
    case 'silence':
      return;
    case 'half':
      return reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc').then(() => reply.end());
    default:
      return reply.json({ well: true });
  }
}

/** The client gets a whole answer of that status; one of the proxy's own is a problem with the request's id, and no more. */
function answered(status: number) {
  return async (port: number, request: string): Promise<void> => {
    const client = await connectRaw(port);
    await client.send(request);
    const response = await client.response();
    expect(response.status).toBe(status);
    const body = JSON.parse(response.body.toString());
    if (status === 200) expect(body).toEqual({ well: true });
    else expect(body).toMatchObject({ status, title: expect.any(String) });
    expect(response.body.toString()).not.toMatch(/\.ts|at .*:\d+/);
    client.destroy();
  };
}

async function cut(port: number, request: string): Promise<void> {
  const client = await connectRaw(port);
  await client.send(request);
  await expect(client.response()).rejects.toMatchObject({ name: 'Ended', partial: Buffer.from('abc') });
}

async function serve(config: Readonly<Record<string, unknown>>) {
  const directory = temporaryDirectory();
  await writeFile(join(directory, 'understudy.yaml'), stringify(config));
  return runUnderstudy(['serve', '-c', 'understudy.yaml'], { directory });
}
