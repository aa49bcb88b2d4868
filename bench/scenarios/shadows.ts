import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { freePort } from '../harness/ports.ts';
import { ANSWER } from '../origin/answer.ts';
import { type Shadow, shadowScenario } from './shadow-scenario.ts';

const SLOW_MS = 10;
const RESPONSE = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${ANSWER.length}\r\n\r\n${ANSWER}`;

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
    // No proxy here pipelines, so that each read is one request.
    start: () => listen((socket) => socket.on('data', () => setTimeout(() => socket.write(RESPONSE), SLOW_MS))),
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
