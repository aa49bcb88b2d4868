import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import type { LookUpAll, Names } from '../../../src/wire/addresses.ts';
import { type Dial, dialTo } from '../../../src/wire/dial.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { edgeConfig } from '../../support/edge.ts';

const names = (lookUp: LookUpAll): Names => ({ lookUp, timeToLive: async () => undefined });

async function listenOn(host: string, port: number): Promise<number> {
  const server = createServer((socket) => void socket.on('error', () => {}).end()).listen(port, host);
  await once(server, 'listening');
  afterThisTest(() => server.close());
  return (server.address() as AddressInfo).port;
}

const UNREAD = { buffer: Buffer.alloc(1), callback: () => true };

async function connected(dial: Dial): Promise<string | undefined> {
  const socket = dial(() => {}, UNREAD);
  afterThisTest(() => socket.destroy());
  await once(socket, 'connect');
  return socket.remoteAddress;
}

test('connections go round the addresses of a name, past one where nobody listens', async () => {
  const port = await listenOn('127.0.0.1', 0);
  await listenOn('127.0.0.3', port);
  const { primary } = edgeConfig(port, { target: { host: 'primary.test' } });
  const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((address) => ({ address, family: 4 }));
  const dial = dialTo(
    primary,
    systemClock,
    names((_host, done) => done(null, addresses)),
  );
  const reached = [];
  for (let connection = 0; connection < 6; connection++) reached.push(await connected(dial));
  expect(new Set(reached)).toEqual(new Set(['127.0.0.1', '127.0.0.3']));
});

test('a name that is not found is the error of the connection', async () => {
  const { primary } = edgeConfig(1, { target: { host: 'primary.test' } });
  const dial = dialTo(
    primary,
    systemClock,
    names((_host, done) => done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), [])),
  );
  const [error] = await once(
    dial(() => {}, UNREAD),
    'error',
  );
  expect(error).toMatchObject({ code: 'ENOTFOUND' });
});
