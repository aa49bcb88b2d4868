import type { Duplex } from 'node:stream';
import { fieldLines } from '../../lib/field-lines.ts';
import type { Fields } from '../../model/exchange.ts';

/** Up to this size, pending bytes are gathered in one buffer: a system call costs more than the copy. */
const GATHER_LIMIT = 32 * 1024;

/** Writers that have something to write at the end of this turn of the event loop. */
let due: MessageWriter[] = [];

function writeDue(): void {
  const writers = due;
  due = [];
  for (const writer of writers) writer.flushNow();
}

/**
 * Writes messages to a connection. The parts that come with one read of the other side (a head, its body, its end) are
 * gathered into one write. All writes of one turn of the event loop are made together at its end: a peer that sleeps on
 * another core is then woken once for many of them.
 */
export class MessageWriter {
  #socket: Duplex | undefined;
  #pending: (string | Buffer)[] = [];
  #bytes = 0;
  #isDue = false;
  #chunked = false;

  /** Without a connection, output is kept until `attach`. */
  constructor(socket?: Duplex) {
    this.#socket = socket;
  }

  /** Sets the connection. Returns false as `flush` does. */
  attach(socket: Duplex): boolean {
    this.#socket = socket;
    return this.flushNow();
  }

  /** Begins a message. `text`: the head with its empty line, one byte per character. */
  head(text: string, body: 'plain' | 'chunked'): void {
    this.#chunked = body === 'chunked';
    this.#add(text);
  }

  /** The chunk is written or copied later: it must not change. */
  body(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#chunked) {
      this.#add(`${chunk.length.toString(16)}\r\n`);
      this.#add(chunk);
      this.#add('\r\n');
    } else {
      this.#add(chunk);
    }
  }

  end(trailers: Fields): void {
    if (this.#chunked) this.#add(`0\r\n${fieldLines(trailers)}\r\n`);
    this.#chunked = false;
  }

  /** Schedules the pending output for writing. False when the connection wants no more until it drains. */
  flush(): boolean {
    if (this.#socket === undefined) return this.#bytes <= GATHER_LIMIT;
    if (this.#bytes > GATHER_LIMIT || this.#socket.writableLength > 0) return this.flushNow();
    if (this.#pending.length > 0 && !this.#isDue) {
      this.#isDue = true;
      if (due.push(this) === 1) setImmediate(writeDue);
    }
    return true;
  }

  /** Writes the pending output at once: for when other code is to write to the connection, or to end it. */
  flushNow(): boolean {
    this.#isDue = false;
    const socket = this.#socket;
    if (socket === undefined) return false;
    const pending = this.#pending;
    if (pending.length === 0 || socket.destroyed) return !socket.writableNeedDrain;
    this.#pending = [];
    const bytes = this.#bytes;
    this.#bytes = 0;
    if (pending.length === 1) return write(socket, pending[0]!);
    if (bytes <= GATHER_LIMIT) return socket.write(join(pending, bytes));
    socket.cork();
    let more = true;
    for (const part of pending) more = write(socket, part);
    socket.uncork();
    return more;
  }

  #add(part: string | Buffer): void {
    this.#pending.push(part);
    this.#bytes += part.length;
  }
}

function write(socket: Duplex, part: string | Buffer): boolean {
  return typeof part === 'string' ? socket.write(part, 'latin1') : socket.write(part);
}

function join(parts: readonly (string | Buffer)[], bytes: number): Buffer {
  const whole = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'string') whole.write(part, at, 'latin1');
    else whole.set(part, at);
    at += part.length;
  }
  return whole;
}
