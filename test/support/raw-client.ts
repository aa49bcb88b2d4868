import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Fields } from '../../src/model/exchange.ts';
import { ByteSource, type ConnectionEnd } from './byte-source.ts';
import { afterThisTest } from './cleanup.ts';
import { type Head, readChunked, readHead, valuesOf } from './message.ts';

export interface RawResponse {
  readonly status: number;
  readonly reason: string;
  /** Byte for byte (latin1). */
  readonly rawHead: string;
  readonly fields: Fields;
  readonly body: Buffer;
  /** What said that the response is complete; `none`: it has no body by its nature. */
  readonly complete: 'length' | 'chunked' | 'close' | 'none';
  readonly trailers: Fields;
  /** 1xx messages that came before it. */
  readonly informational: readonly Informational[];
}

export interface Informational {
  readonly status: number;
  readonly fields: Fields;
  readonly rawHead: string;
}

/** A client that says and hears bytes. Strings are latin1. Reads only when asked to, and throws on a malformed response. */
export async function connectRaw(port: number, host = '127.0.0.1'): Promise<RawClient> {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
  const client = new RawClient(socket);
  afterThisTest(() => socket.destroy());
  await once(socket, 'connect');
  return client;
}

export class RawClient {
  readonly #socket: Socket;
  readonly #source: ByteSource;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#source = new ByteSource(socket);
  }

  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** Resolves when the bytes are with the operating system, or the connection is dead. */
  send(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => resolve());
    });
  }

  /** The next final response. `to` is the method that it answers, where that decides its framing. */
  async response({ to = 'GET' }: { to?: string } = {}): Promise<RawResponse> {
    const informational: Informational[] = [];
    for (;;) {
      const head = await readHead(this.#source, 'strict');
      const { status, reason } = parseStatusLine(head.line);
      const rawHead = head.raw;
      if (status >= 200 || status === 101) {
        return { status, reason, rawHead, fields: head.fields, ...(await this.#body(head, status, to)), informational };
      }
      informational.push({ status, fields: head.fields, rawHead });
    }
  }

  /** The next 1xx message, without waiting for the final response. */
  async informational(): Promise<Informational> {
    const head = await readHead(this.#source, 'strict');
    const { status } = parseStatusLine(head.line);
    if (status >= 200) throw new Error(`expected a 1xx message, got ${head.line}`);
    return { status, fields: head.fields, rawHead: head.raw };
  }

  /** Everything up to and with `text`. */
  async until(text: string): Promise<string> {
    return (await this.#source.until(text)).toString('latin1');
  }

  /** Exactly `length` bytes. */
  take(length: number): Promise<Buffer> {
    return this.#source.take(length);
  }

  /** Reads on to the end of the connection: how it ended, and what had not been asked for before. */
  async closed(): Promise<{ how: ConnectionEnd; rest: string }> {
    const { bytes, how } = await this.#source.rest();
    return { how, rest: bytes.toString('latin1') };
  }

  /** Sends FIN; answers can still be read. */
  halfClose(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** RFC 9112 section 6.3, as a client that trusts nobody reads it. */
  async #body(head: Head, status: number, to: string): Promise<Pick<RawResponse, 'body' | 'complete' | 'trailers'>> {
    const codings = valuesOf(head.fields, 'transfer-encoding');
    const lengths = valuesOf(head.fields, 'content-length');
    if (codings.length > 0 && lengths.length > 0) throw new Error(`both framings:\n${head.raw}`);
    if (to === 'HEAD' || status === 101 || status === 204 || status === 304) {
      return { body: Buffer.alloc(0), complete: 'none', trailers: [] };
    }
    if (codings.length > 0) {
      if (codings.join().toLowerCase() !== 'chunked') throw new Error(`unknown transfer coding ${codings.join()}`);
      const { body, trailers } = await readChunked(this.#source, 'strict');
      return { body, complete: 'chunked', trailers };
    }
    if (lengths.length > 0) {
      const [length] = lengths;
      if (lengths.length > 1 || !/^\d+$/.test(length!)) throw new Error(`bad content-length ${lengths.join()}`);
      return { body: await this.#source.take(Number(length)), complete: 'length', trailers: [] };
    }
    const { bytes, how } = await this.#source.rest();
    if (how === 'reset') throw new Error(`reset within a body that the end of the connection delimits`);
    return { body: bytes, complete: 'close', trailers: [] };
  }
}

function parseStatusLine(line: string): { status: number; reason: string } {
  const match = /^HTTP\/1\.[01] (\d{3}) ([\t\x20-\x7E\x80-\xFF]*)$/.exec(line);
  if (match === null) throw new Error(`malformed status line ${JSON.stringify(line)}`);
  return { status: Number(match[1]), reason: match[2]! };
}
