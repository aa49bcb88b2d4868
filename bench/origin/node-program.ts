/**
 * The origin that needs nothing but Node. Arguments: primary port, shadow port, status port.
 *
 *   GET /          the 1 KiB answer
 *   GET /differing the same with a timestamp, in which primary and shadow differ
 *   GET /json/N    an answer of N bytes, one of those in answer.ts
 *   GET /bytes/N   N bytes
 *   PUT /upload    the 1 KiB answer, after reading the body
 *   PUT /anything  how many bytes arrived, after reading all of them
 *
 * The latter are read only after a pause, so that a proxy which takes faster than it can give has time to fill its
 * memory. The status port answers with the number of requests received on the other two.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { zeros } from '../load/bulk.ts';
import { ANSWER, answerOf, DIFFERING_PATH, differingAnswer, pathOfSize, SIZES, UPLOAD_PATH } from './answer.ts';

const UPLOAD_PAUSE_MS = 1_000;

const SIZED = new Map(SIZES.map((bytes) => [pathOfSize(bytes), answerOf(bytes)]));

let received = 0;
const [primary, shadow, status] = process.argv.slice(2).map(Number);
for (const port of [primary, shadow]) {
  const server = createServer((request, response) => {
    received += 1;
    // A proxy that gives up, or a copy that is abandoned, is no concern of the origin's.
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 300_000;
  server.listen(port, '127.0.0.1');
}
createServer((_, response) => response.end(String(received))).listen(status, '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'PUT') {
    const counted = request.url !== UPLOAD_PATH;
    if (counted) await delay(UPLOAD_PAUSE_MS);
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    respond(response, counted ? String(bytes) : ANSWER);
    return;
  }
  const size = /^\/bytes\/(\d+)$/.exec(request.url ?? '')?.[1];
  if (size === undefined) {
    respond(response, answerTo(request));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
  await pipeline(zeros(Number(size)), response);
}

function answerTo({ url = '/', socket }: IncomingMessage): string {
  if (url !== DIFFERING_PATH) return SIZED.get(url) ?? ANSWER;
  const millis = String(Date.now() % 1_000).padStart(3, '0');
  return differingAnswer(socket.localPort === primary ? 'primary' : 'shadow', millis);
}

function respond(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}
