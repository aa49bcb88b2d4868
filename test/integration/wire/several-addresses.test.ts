import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { AddressBook } from '../../../src/wire/addresses.ts';
import { Deadlines } from '../../../src/wire/deadlines.ts';
import { type Dial, dialTo } from '../../../src/wire/dial.ts';
import type { LookUpAll } from '../../../src/wire/names.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { edgeConfig } from '../../support/edge.ts';

async function listenOn(host: string, port: number): Promise<number> {
  const server = createServer((socket) => void socket.on('error', () => {}).end()).listen(port, host);
  await once(server, 'listening');
  afterThisTest(() => server.close());
  return (server.address() as AddressInfo).port;
}

function dialBy(lookUp: LookUpAll, port: number): Dial {
  const deadlines = new Deadlines(systemClock);
  afterThisTest(() => deadlines.stop());
  const { primary } = edgeConfig(port, { target: { host: 'primary.test' } }).services[0]!;
  const book = new AddressBook(systemClock, deadlines, { lookUp, timeToLive: async () => undefined });
  return dialTo(primary, deadlines, book);
}

async function connected(dial: Dial): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const onread = () => ({ buffer: Buffer.alloc(1), callback: () => true });
  dial({ onread, onConnected: resolve, onFailed: reject }, systemClock.monotonic());
  const socket = await promise;
  afterThisTest(() => socket.destroy());
  return socket.remoteAddress;
}

const v4 = (...addresses: readonly string[]) => addresses.map((address) => ({ address, family: 4 }));

test('connections go round the addresses of a name, past one where nobody listens', async () => {
  const port = await listenOn('127.0.0.1', 0);
  await listenOn('127.0.0.3', port);
  const dial = dialBy((_host, done) => done(null, v4('127.0.0.1', '127.0.0.2', '127.0.0.3')), port);
  const reached = [];
  for (let connection = 0; connection < 6; connection++) reached.push(await connected(dial));
  expect(new Set(reached)).toEqual(new Set(['127.0.0.1', '127.0.0.3']));
});

test('a name that is not found is the error of the connection', async () => {
  const dial = dialBy((_host, done) => done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []), 1);
  await expect(connected(dial)).rejects.toMatchObject({ code: 'ENOTFOUND' });
});
