import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Fields } from '../../src/model/exchange.ts';
import { ByteSource, type ConnectionEnd, Ended } from './byte-source.ts';
import { afterThisTest } from './cleanup.ts';
import { type Head, readChunked, readHead, valuesOf } from './message.ts';

export interface OriginHead {
  readonly method: string;
  readonly target: string;
  /** Byte for byte (latin1), with the empty line at its end. */
  readonly rawHead: string;
  readonly fields: Fields;
  readonly connection: OriginConnection;
}

export interface OriginRequest extends OriginHead {
  readonly body: Buffer;
  readonly trailers: Fields;
}

type Step<Request> = (request: Request, reply: Reply) => unknown;

/** Each step is awaited before the connection is read on; a step that does nothing never answers. */
export interface OriginScript {
  /** Before the first byte is read: await something here to accept and not read. */
  readonly connected?: (connection: OriginConnection) => unknown;
  /** A head is complete, its body not yet read: answer early, send 100, reset, or await something to stop reading. */
  readonly head?: Step<OriginHead>;
  readonly request?: Step<OriginRequest>;
}

export interface Origin {
  readonly port: number;
  readonly url: string;
  /** Complete requests, in the order in which they were completed. */
  readonly requests: readonly OriginRequest[];
  readonly connections: readonly OriginConnection[];
  /** Resolves with the requests as soon as there are `count` of them. */
  received(count: number): Promise<readonly OriginRequest[]>;
  /** Rejects with what a step threw, if one did. */
  close(): Promise<void>;
}

/**
 * A server that does what the script says, right or wrong, and reads whatever it is sent as leniently as the worst
 * of upstreams: chunked wins over a length, bare LF ends a line, a size is whatever `parseInt` makes of it.
 * `port`: one that is free by itself, unless given.
 */
export async function startOrigin(script: OriginScript | Step<OriginRequest>, port = 0): Promise<Origin> {
  const origin = new ScriptedOrigin(typeof script === 'function' ? { request: script } : script);
  await origin.listen(port);
  afterThisTest(() => origin.close());
  return origin;
}

/** An ordinary server, for when only what it answers matters. */
export async function startHttpOrigin(listener: RequestListener): Promise<{
  readonly server: HttpServer;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}> {
  const server = createHttpServer(listener);
  const port = await listenOn(server);
  const close = async () => {
    server.close();
    server.closeAllConnections();
  };
  afterThisTest(close);
  return { server, port, url: `http://127.0.0.1:${port}`, close };
}

export class OriginConnection {
  readonly socket: Socket;
  readonly source: ByteSource;

  constructor(socket: Socket) {
    this.socket = socket;
    this.source = new ByteSource(socket);
  }

  /** All bytes read from it so far. */
  get received(): Buffer {
    return this.source.consumed;
  }

  /** Reads on to the end of the connection, and tells how the peer ended it. */
  async closed(): Promise<ConnectionEnd> {
    return (await this.source.rest()).how;
  }
}

export interface Answer {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export class Reply {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** A well-formed response. Content-Length is added unless the headers frame the body themselves. */
  send({ status = 200, reason = 'OK', headers = {}, body = '' }: Answer = {}): Promise<void> {
    const bytes = Buffer.from(body as string, 'utf8');
    const lines = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value) => `${name}: ${value}`),
    );
    const framed = lines.some((line) => /^(content-length|transfer-encoding):/i.test(line));
    if (!framed && status >= 200 && status !== 204 && status !== 304) lines.push(`Content-Length: ${bytes.length}`);
    const head = Buffer.from([`HTTP/1.1 ${status} ${reason}`, ...lines, '', ''].join('\r\n'), 'latin1');
    return this.raw(Buffer.concat([head, bytes]));
  }

  json(value: unknown, answer: Omit<Answer, 'body'> = {}): Promise<void> {
    const headers = { 'Content-Type': 'application/json', ...answer.headers };
    return this.send({ ...answer, headers, body: JSON.stringify(value) });
  }

  /** Bytes as they are (strings are latin1). Resolves when they are with the operating system, or the peer is gone. */
  raw(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => resolve());
    });
  }

  /** Bytes, and in between the promises that hold the next ones back. */
  async stages(...stages: readonly (string | Uint8Array | Promise<unknown>)[]): Promise<void> {
    for (const stage of stages) {
      if (stage instanceof Promise) await stage;
      else await this.raw(stage);
    }
  }

  /** Sends FIN after what was written. */
  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }
}

class ScriptedOrigin implements Origin {
  readonly requests: OriginRequest[] = [];
  readonly connections: OriginConnection[] = [];
  readonly #script: OriginScript;
  readonly #server: Server;
  readonly #errors: unknown[] = [];
  readonly #waiting: { count: number; resolve: () => void }[] = [];
  port = 0;

  constructor(script: OriginScript) {
    this.#script = script;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#serve(socket).catch((error) => {
        socket.destroy();
        if (!(error instanceof Ended)) this.#errors.push(error);
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(port: number): Promise<void> {
    this.port = await listenOn(this.#server, port);
  }

  async received(count: number): Promise<readonly OriginRequest[]> {
    if (this.requests.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    }
    return this.requests;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const { socket } of this.connections) socket.destroy();
    if (this.#errors.length > 0) throw new AggregateError(this.#errors.splice(0), 'a step of the origin failed');
  }

  async #serve(socket: Socket): Promise<void> {
    const connection = new OriginConnection(socket);
    const { source } = connection;
    this.connections.push(connection);
    await this.#script.connected?.(connection);
    while (await source.any()) {
      const reply = new Reply(socket);
      const head = parseRequestHead(await readHead(source, 'lenient'), connection);
      await this.#script.head?.(head, reply);
      const request = { ...head, ...(await readBody(source, head.fields)) };
      this.requests.push(request);
      for (const { count, resolve } of this.#waiting) if (this.requests.length >= count) resolve();
      await this.#script.request?.(request, reply);
    }
    socket.end();
  }
}

function parseRequestHead({ line, fields, raw }: Head, connection: OriginConnection): OriginHead {
  const [method = '', target = ''] = line.split(' ');
  return { method, target, rawHead: raw, fields, connection };
}

async function readBody(source: ByteSource, fields: Fields): Promise<{ body: Buffer; trailers: Fields }> {
  if (/chunked/i.test(valuesOf(fields, 'transfer-encoding').join())) return readChunked(source, 'lenient');
  const length = Number.parseInt(valuesOf(fields, 'content-length')[0] ?? '0', 10);
  return { body: await source.take(Math.max(0, length || 0)), trailers: [] };
}

async function listenOn(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
