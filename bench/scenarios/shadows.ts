import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { freePort } from '../harness/ports.ts';
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
    start: () => listen((socket) => socket.resume()),
  }),
  shadowScenario({
    name: 'dead-shadow',
    about: 'a shadow whose port refuses connections',
    atMost: 1.05,
    start: async () => ({ port: await freePort(), stop: () => {} }),
  }),
];

async function listen(serve: (socket: Socket) => void): Promise<Shadow> {
  const server = createServer((socket) => serve(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
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
