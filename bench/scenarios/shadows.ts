import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../harness/ports.ts';
import { launch, stop, untilListening } from '../harness/processes.ts';
import { ANSWER } from '../origin/answer.ts';
import { type Shadow, shadowScenario } from './shadow-scenario.ts';

const SLOW_MS = 10;

/** The clients of a proxy whose shadow is in a good state, or in a bad one. */
export const shadows = [
  shadowScenario({
    name: 'healthy-shadow',
    about: 'a shadow as fast as the primary',
    atMost: 1.05,
    start: async (origin) => ({ port: origin.shadow, stop: () => {} }),
  }),
  shadowScenario({
    name: 'slow-shadow',
    about: `a shadow that needs ${SLOW_MS} ms for each answer, more than ten times what the primary needs`,
    atMost: 1.1,
    start: async (origin) => {
      const response = await responseOf(origin.shadow);
      // No proxy here pipelines, so that each read is one request.
      return listen((socket) => socket.on('data', () => setTimeout(() => socket.write(response), SLOW_MS)));
    },
  }),
  shadowScenario({
    name: 'hanging-shadow',
    about: 'a shadow that accepts and never answers',
    atMost: 1.1,
    start: (_origin, folder) => startHanging(folder),
  }),
  shadowScenario({
    name: 'dead-shadow',
    about: 'a shadow whose port refuses connections',
    atMost: 1.05,
    start: async () => ({ port: await freePort(), stop: () => {} }),
  }),
];

/** Each process may have so many connections as the system lets it have descriptors: together they have enough. */
const HANGING_PROCESSES = 4;

/** In processes of its own, as peers may open more connections to it than this one may have. */
async function startHanging(folder: string): Promise<Shadow> {
  const port = await freePort();
  const args = [join(import.meta.dirname, '../origin/hanging-program.ts'), `${port}`];
  const started = Array.from({ length: HANGING_PROCESSES }, (_, at) =>
    launch({ command: process.execPath, args, log: join(folder, `hanging-shadow-${at}.log`) }),
  );
  for (const each of started) await untilListening(each, port);
  return {
    port,
    stop: async () => {
      await Promise.all(started.map(stop));
    },
  };
}

async function listen(serve: (socket: Socket) => void): Promise<Shadow> {
  const server = createServer((socket) => serve(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close() };
}

/** The bytes with which the origin answers on this port, so that a shadow can be like it in all but its pace. */
async function responseOf(port: number): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    if (bytes.includes(ANSWER)) break;
  }
  return bytes;
}
