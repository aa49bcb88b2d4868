/**
 * Writes lines to a file, a pipe or a terminal without ever waiting.
 *
 * A write that blocks holds a thread of libuv's pool, and the process waits for that pool when it ends. A pipe that
 * nobody reads would keep the process alive for ever. So outputs that can block are opened as non-blocking, and a write
 * that is refused (EAGAIN) is tried again. A write that fails for another reason loses its lines, but the next ones are
 * tried: the disk may have space again, or the pipe a reader. A line that was partly written is completed before others
 * follow.
 */
import { close, constants, fstatSync, open, openSync, write } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import { fileFailure } from './file-failure.ts';

/** Characters that may wait for a slow disk or reader. Beyond this, lines are dropped to bound memory. */
const BACKLOG = 4 * 1024 * 1024;
/** Bytes that a pipe takes whole or not at all (PIPE_BUF), so that threads and processes can share it. */
const PIPE_PIECE = 4096;
const FILE_PIECE = 64 * 1024;
/** Milliseconds before a full pipe is tried again. */
const RETRY = 20;
/** Milliseconds after which gathered lines are written. */
const LATEST = 1_000;

export interface LineOutputOptions {
  /** Characters to gather before a write, for at most a second; absent: each line is written at once. */
  readonly gather?: number;
  /** Called for every loss. */
  readonly onLost?: (lines: number) => void;
  /** Called for the first loss since lines were last written, with the reason in words. */
  readonly onFailing?: (reason: string) => void;
  /** Called when lines are written again, with the number lost until then. */
  readonly onRecovered?: (lost: number, reason: string) => void;
}

export class LineOutput {
  /** Whether the output is a terminal. */
  readonly isTerminal: boolean;
  readonly #options: LineOutputOptions;
  readonly #path: string | undefined;
  #descriptor: number | undefined;
  #pieceSize = PIPE_PIECE;
  #lines: string[] = [];
  #waiting = 0;
  /** `busy`: a write, an opening, or the pause before the next attempt. */
  #state: 'idle' | 'busy' = 'idle';
  #reopening = false;
  /** The rest of a line that was partly written. */
  #torn: Buffer = Buffer.alloc(0);
  #outage: { reason: string; lost: number } | undefined;
  #whenWritten: (() => void)[] = [];

  /** @param target a descriptor, or the name of a file. A missing file is created, readable by its owner alone */
  constructor(target: number | string, options: LineOutputOptions = {}) {
    this.#options = options;
    this.isTerminal = typeof target === 'number' && isatty(target);
    if (typeof target === 'number') {
      this.#path = undefined;
      this.#use(nonBlocking(target));
    } else {
      this.#path = target;
      this.#open();
    }
    if (options.gather !== undefined) setInterval(() => this.#proceed(), LATEST).unref();
  }

  write(line: string): void {
    if (this.#waiting + line.length > BACKLOG) {
      this.#lose(1, 'the output takes no more, and the queue is full');
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#waiting > (this.#options.gather ?? 0)) this.#proceed();
  }

  /** Opens the file again by its name. Until that succeeds, lines go to the old file. */
  reopen(): void {
    if (this.#path === undefined) return;
    this.#reopening = true;
    this.#proceed();
  }

  /** Resolves when all lines so far are written or lost, at the latest after `patience` milliseconds. */
  async flush(patience: number): Promise<'flushed' | 'late'> {
    const { promise, resolve } = Promise.withResolvers<'flushed' | 'late'>();
    const impatience = setTimeout(() => resolve('late'), patience);
    this.#whenWritten.push(() => resolve('flushed'));
    this.#proceed();
    const result = await promise;
    clearTimeout(impatience);
    return result;
  }

  #proceed(): void {
    if (this.#state === 'busy') return;
    if (this.#reopening) this.#open();
    else if (this.#lines.length > 0) this.#begin();
    else for (const written of this.#whenWritten.splice(0)) written();
  }

  #open(): void {
    this.#state = 'busy';
    this.#reopening = false;
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK, O_NOCTTY } = constants;
    // Without O_NONBLOCK the opening of a FIFO would wait for its reader.
    open(this.#path!, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0o600, (error, descriptor) => {
      this.#state = 'idle';
      const before = this.#descriptor;
      if (error === null) {
        this.#torn = Buffer.alloc(0);
        this.#use(descriptor);
        if (before !== undefined) close(before);
      } else if (before === undefined) {
        this.#loseAll(fileFailure(error));
      }
      this.#proceed();
    });
  }

  #use(descriptor: number): void {
    this.#descriptor = descriptor;
    this.#pieceSize = isFile(descriptor) ? FILE_PIECE : PIPE_PIECE;
  }

  /** Takes as many lines as fit into a piece, at least one. */
  #begin(): void {
    if (this.#descriptor === undefined) {
      this.#open();
      return;
    }
    let size = this.#torn.length;
    let count = 0;
    do size += this.#lines[count++]!.length;
    while (count < this.#lines.length && size + this.#lines[count]!.length <= this.#pieceSize);
    const text = this.#lines.splice(0, count).join('');
    this.#waiting -= text.length;
    this.#state = 'busy';
    const bytes = Buffer.from(text);
    this.#write(this.#torn.length === 0 ? bytes : Buffer.concat([this.#torn, bytes]), 0);
  }

  #write(piece: Buffer, from: number): void {
    write(this.#descriptor!, piece, from, piece.length - from, null, (error, written) => {
      if (error === null) {
        if (from + written < piece.length) this.#write(piece, from + written);
        else this.#onWritten();
      } else if (error.code === 'EAGAIN') {
        setTimeout(() => this.#write(piece, from), RETRY).unref();
      } else {
        this.#onFailed(piece, from, error);
      }
    });
  }

  #onWritten(): void {
    this.#torn = Buffer.alloc(0);
    this.#state = 'idle';
    const outage = this.#outage;
    // A reader that is only slow takes a piece now and then: that does not end the outage.
    if (outage !== undefined && this.#lines.length === 0) {
      this.#outage = undefined;
      this.#options.onRecovered?.(outage.lost, outage.reason);
    }
    this.#proceed();
  }

  #onFailed(piece: Buffer, from: number, error: NodeJS.ErrnoException): void {
    const isInsideLine = from === 0 ? this.#torn.length > 0 : piece[from - 1] !== NEWLINE;
    const next = isInsideLine ? piece.indexOf(NEWLINE, from) + 1 : from;
    // A new reader of a pipe must not get the rest of a line whose beginning went to the previous reader.
    this.#torn = error.code === 'EPIPE' ? Buffer.alloc(0) : piece.subarray(from, next);
    this.#state = 'idle';
    this.#lose(newlines(piece.subarray(next)), fileFailure(error));
    this.#proceed();
  }

  #loseAll(reason: string): void {
    const lost = this.#lines.length;
    this.#lines = [];
    this.#waiting = 0;
    if (lost > 0) this.#lose(lost, reason);
  }

  #lose(lines: number, reason: string): void {
    const before = this.#outage;
    this.#outage = { reason, lost: (before?.lost ?? 0) + lines };
    this.#options.onLost?.(lines);
    if (before === undefined) this.#options.onFailing?.(reason);
  }
}

const NEWLINE = 0x0a;

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function isFile(descriptor: number): boolean {
  return fstatSync(descriptor).isFile();
}

/**
 * A non-blocking descriptor for the same pipe, socket or terminal. It is opened anew where possible, since the flag
 * would otherwise affect other processes that share the descriptor. A socket can't be opened anew: libuv makes it
 * non-blocking, as Node does with its standard output. An output that still blocks is given up at the end (see
 * `flush`).
 */
function nonBlocking(descriptor: number): number {
  if (isFile(descriptor)) return descriptor;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // A socket, another user's descriptor, or not Linux.
  }
  try {
    new Socket({ fd: descriptor, readable: false }).unref();
  } catch {
    // A terminal of another user.
  }
  return descriptor;
}
