import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

const CHUNK = Buffer.alloc(64 * 1024);
/** A receiver that reads nothing at first, so that a proxy which takes faster than it can give shows it. */
const DOWNLOAD_PAUSE_MS = 1_000;

/** A stream of so many zero bytes. */
export function zeros(bytes: number): Readable {
  let left = bytes;
  return new Readable({
    highWaterMark: CHUNK.length,
    read() {
      if (left === 0) {
        this.push(null);
        return;
      }
      const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
      left -= chunk.length;
      this.push(chunk);
    },
  });
}

/** Sends a body of so many bytes; the origin's answer must say that all of them arrived. */
export async function upload(port: number, bytes: number, signal: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes };
  const call = request({ host: '127.0.0.1', port, path: '/', method: 'PUT', headers, signal });
  const answered = once(call, 'response') as Promise<[IncomingMessage]>;
  const [[response]] = await Promise.all([answered, pipeline(zeros(bytes), call)]);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  if (response.statusCode !== 200 || Number(text) !== bytes) {
    throw new Error(`an upload of ${bytes} bytes was answered with ${response.statusCode}: ${text.slice(0, 200)}`);
  }
}

/** Receives a body of so many bytes, reading nothing for the first second. */
export async function download(port: number, bytes: number, signal: AbortSignal): Promise<void> {
  const call = request({ host: '127.0.0.1', port, path: `/bytes/${bytes}`, signal }).end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  await delay(DOWNLOAD_PAUSE_MS);
  let received = 0;
  for await (const chunk of response) received += (chunk as Buffer).length;
  if (response.statusCode !== 200 || received !== bytes) {
    throw new Error(`${received} of ${bytes} bytes came down, status ${response.statusCode}`);
  }
}
