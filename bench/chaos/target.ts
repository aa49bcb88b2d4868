import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * How a target behaves. `away`: it listens no more. `closing`: it closes each connection behind its response, without
 * having said so. `cutting`: it breaks off in its responses.
 */
export type Behaviour =
  | 'well'
  | 'slow'
  | 'hanging'
  | 'resetting'
  | 'cutting'
  | 'closing'
  | 'garbage'
  | 'differing'
  | 'endless'
  | 'away';

const LARGE = 100 * 1024;
/** Milliseconds. */
export const SLOWNESS = 1_000;

/** One version of the service: what it says follows from the request alone, unless it misbehaves. */
export class Target {
  #behaviour: Behaviour = 'well';
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#respond(request, response).catch(() => {}));
    this.#server.keepAliveTimeout = 60_000;
  }

  async listen(): Promise<number> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    const before = this.#behaviour;
    this.#behaviour = behaviour;
    if (behaviour === 'away') {
      this.#server.close();
      this.#server.closeAllConnections();
    } else if (before === 'away') await this.listen();
    // Those that hang are let go; whoever waits for a slow response gets it.
    else if (before === 'hanging' || before === 'endless') this.#server.closeAllConnections();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { socket } = request;
    const text = responseTo(request.url ?? '/', Buffer.concat(chunks));
    switch (this.#behaviour) {
      case 'hanging':
        return;
      case 'resetting':
        socket.resetAndDestroy();
        return;
      case 'garbage':
        socket.end('NOTHING LIKE HTTP\r\n\r\n');
        return;
      case 'cutting':
        response.writeHead(200, { 'content-length': text.length }).write(text.slice(0, text.length / 2), () => {
          socket.destroy();
        });
        return;
      case 'endless':
        while (!socket.destroyed) {
          response.write('x'.repeat(10_000));
          await delay(10);
        }
        return;
      case 'differing':
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ noise: randomBytes(LARGE / 2).toString('hex') }));
        return;
      case 'closing':
        response.once('finish', () => setImmediate(() => socket.destroy()));
        break;
      case 'slow':
        await delay(SLOWNESS);
        break;
      case 'away':
      case 'well':
        break;
    }
    response.setHeader('content-type', 'application/json');
    // One in a few is chunked.
    if (text.length % 4 === 0) response.write(text.slice(0, 100));
    response.end(text.length % 4 === 0 ? text.slice(100) : text);
  }
}

/** What a request must be answered: mostly little, and a hundred KiB now and then. */
export function responseTo(path: string, body: Uint8Array): string {
  if (body.length > 0) return makeResponse(path, Buffer.from(body).toString());
  const known = RESPONSES.get(path) ?? makeResponse(path, '');
  RESPONSES.set(path, known);
  return known;
}

/** To requests without a body, so that the targets are no bottleneck. */
const RESPONSES = new Map<string, string>();

function makeResponse(path: string, text: string): string {
  const count = path.endsWith('00') ? 2_000 : 20;
  return JSON.stringify({
    path,
    text,
    items: Array.from({ length: count }, (_, id) => ({ id, name: `${path} ${id}` })),
  });
}
