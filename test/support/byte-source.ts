import type { Socket } from 'node:net';

export type ConnectionEnd = 'end' | 'reset';

/**
 * A socket's bytes, pulled: while nobody asks for more, the socket is not read and its peer feels the backpressure.
 * One reader at a time. Promises reject with `Ended` when the connection ends before they are satisfied.
 */
export class ByteSource {
  readonly #socket: Socket;
  readonly #consumed: Buffer[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  #end: ConnectionEnd | undefined;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    const ended = (how: ConnectionEnd) => () => {
      this.#end ??= how;
      this.#wake();
    };
    socket.on('readable', () => this.#wake());
    socket.on('end', ended('end'));
    socket.on('error', ended('reset'));
    socket.on('close', ended('end'));
  }

  /** All bytes handed out so far. */
  get consumed(): Buffer {
    return Buffer.concat(this.#consumed);
  }

  /** All bytes up to and with `delimiter` (latin1). */
  async until(delimiter: string): Promise<Buffer> {
    for (let from = 0; ; ) {
      const pending = this.#joined();
      const at = pending.indexOf(delimiter, from, 'latin1');
      if (at >= 0) return this.#hand(at + delimiter.length);
      from = Math.max(0, pending.length - delimiter.length + 1);
      await this.#more(JSON.stringify(delimiter));
    }
  }

  async take(length: number): Promise<Buffer> {
    while (this.#length < length) await this.#more(`${length} bytes`);
    return this.#hand(length);
  }

  /** Whether another byte comes before the end. */
  async any(): Promise<boolean> {
    while (this.#length === 0 && this.#end === undefined) await this.#read();
    return this.#length > 0;
  }

  /** Everything up to the end of the connection, and how it ended. */
  async rest(): Promise<{ bytes: Buffer; how: ConnectionEnd }> {
    while (this.#end === undefined) await this.#read();
    return { bytes: this.#hand(this.#length), how: this.#end };
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  #hand(length: number): Buffer {
    const pending = this.#joined();
    const bytes = pending.subarray(0, length);
    this.#chunks = [pending.subarray(length)];
    this.#length -= length;
    this.#consumed.push(bytes);
    return bytes;
  }

  async #more(wanted: string): Promise<void> {
    if (this.#end !== undefined) throw new Ended(this.#end, wanted, this.#joined());
    await this.#read();
  }

  async #read(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const chunk: Buffer | null = this.#socket.read();
    if (chunk === null) return promise;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }
}

export class Ended extends Error {
  readonly how: ConnectionEnd;
  /** What had arrived of the thing that was waited for. */
  readonly partial: Buffer;

  constructor(how: ConnectionEnd, wanted: string, partial: Buffer) {
    super(
      `connection ended (${how}) before ${wanted}; had ${JSON.stringify(partial.toString('latin1').slice(0, 300))}`,
    );
    this.name = 'Ended';
    this.how = how;
    this.partial = partial;
  }
}
