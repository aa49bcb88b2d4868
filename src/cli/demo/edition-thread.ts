import type { AddressInfo } from 'node:net';
import { setTimeout as work } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createServer } from '../../lib/node-http.ts';
import { answer } from './box-office.ts';
import { firstEdition } from './first-edition.ts';
import { secondEdition } from './second-edition.ts';
import type { EditionName } from './service.ts';

const editions = { first: firstEdition, second: secondEdition };
const office = editions[workerData as EditionName];

const server = createServer(async (request, response) => {
  const { status, headers, body, work: duration } = answer(office, request.method!, request.url!);
  request.resume();
  await work(duration);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
});
server.listen(0, '127.0.0.1', () => parentPort!.postMessage((server.address() as AddressInfo).port));
