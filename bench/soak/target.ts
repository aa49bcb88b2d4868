import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How a target behaves. `away`: it listens no more. */
export type Behaviour = 'well' | 'slow' | 'hanging' | 'resetting' | 'garbage' | 'differing' | 'away';

const LARGE = 100 * 1024;

/** One version of the service of the soak: what it says follows from the path alone, unless it misbehaves. */
export class Target {
  #behaviour: Behaviour = 'well';
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#respond(request, response));
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
    else if (behaviour === 'well') this.#server.closeAllConnections();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    switch (this.#behaviour) {
      case 'hanging':
        return;
      case 'resetting':
        request.socket.resetAndDestroy();
        return;
      case 'garbage':
        request.socket.end('NOTHING LIKE HTTP\r\n\r\n');
        return;
      case 'slow':
        await delay(1_000);
        break;
      case 'differing':
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ noise: randomBytes(LARGE / 2).toString('hex') }));
        return;
      case 'away':
      case 'well':
        break;
    }
    response.setHeader('content-type', 'application/json');
    response.end(responseTo(request.url ?? '/', Buffer.concat(chunks)));
  }
}

/** What a request must be answered. */
export function responseTo(path: string, body: Uint8Array): string {
  const text = Buffer.from(body).toString();
  return JSON.stringify({ path, text, items: Array.from({ length: 20 }, (_, id) => ({ id, name: `${path} ${id}` })) });
}
