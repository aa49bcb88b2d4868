/**
 * Lines to a file, a pipe or a terminal, never waited for.
 *
 * A write that blocks holds a thread of libuv's pool, and the end of the process joins that pool: a pipe that nobody
 * reads would keep the process alive for ever. So whatever can block is written to without blocking, and tried again
 * where it takes nothing (EAGAIN). A write that fails for another reason loses its lines, and the next ones are tried:
 * a disk has space again, a pipe a reader. A line of which a part was written is completed before others follow.
 */
import { close, constants, fstatSync, open, openSync, write } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import { fileFailure } from './file-failure.ts';

/** Characters that wait for a slow disk or reader; beyond it lines are lost rather than memory. */
const BACKLOG = 4 * 1024 * 1024;
/** Bytes that a pipe takes whole or not at all (PIPE_BUF), so that threads and processes can share it. */
const PIPE_PIECE = 4096;
const FILE_PIECE = 64 * 1024;
/** Milliseconds until a full pipe is tried again. */
const RETRY = 20;
/** Milliseconds after which lines are written that were gathered. */
const LATEST = 1_000;

export interface LineOutputOptions {
  /** Characters that are gathered before they are written, for at most a second; absent: none. */
  readonly gather?: number;
  /** Hears of every loss. */
  readonly onLost?: (lines: number) => void;
  /** Hears of the first loss since lines were written, with the reason in words. */
  readonly onFailing?: (reason: string) => void;
  /** Hears that lines are written again, with the number lost until then. */
  readonly onRecovered?: (lost: number, reason: string) => void;
}

export class LineOutput {
  /** Whether a person reads it. */
  readonly isTerminal: boolean;
  readonly #options: LineOutputOptions;
  readonly #path: string | undefined;
  #descriptor: number | undefined;
  #pieceSize = PIPE_PIECE;
  #lines: string[] = [];
  #waiting = 0;
  /** `busy`: a write, an opening, or the pause before another attempt is under way. */
  #state: 'idle' | 'busy' = 'idle';
  #reopening = false;
  /** The end of a line whose beginning was written. */
  #torn: Buffer = Buffer.alloc(0);
  #outage: { reason: string; lost: number } | undefined;
  #whenWritten: (() => void)[] = [];

  /** @param target a descriptor, or the name of a file, which is created where there is none, for its owner alone */
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
      this.#lose(1, 'nothing takes them, and as many wait as may');
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#waiting > (this.#options.gather ?? 0)) this.#proceed();
  }

  /** Opens the file again by its name; lines go on to the old one until that is done, and where it can't be. */
  reopen(): void {
    if (this.#path === undefined) return;
    this.#reopening = true;
    this.#proceed();
  }

  /** Resolves when what was written so far is out or lost, or when that takes longer than `patience` milliseconds. */
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

  /** Takes as many lines as make a piece, at least one. */
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
    // A reader that is merely too slow takes a piece now and then.
    if (outage !== undefined && this.#lines.length === 0) {
      this.#outage = undefined;
      this.#options.onRecovered?.(outage.lost, outage.reason);
    }
    this.#proceed();
  }

  #onFailed(piece: Buffer, from: number, error: NodeJS.ErrnoException): void {
    const isInsideLine = from === 0 ? this.#torn.length > 0 : piece[from - 1] !== NEWLINE;
    const next = isInsideLine ? piece.indexOf(NEWLINE, from) + 1 : from;
    // Another reader of a pipe does not want the end of a line that went to the one before.
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
 * A descriptor for the same pipe, socket or terminal that never blocks. Opened anew where that can be, since the flag
 * would hold for the other processes that share the descriptor, too; a socket can't be, and is made so by libuv, which
 * takes it as Node takes its standard output. What blocks in spite of that is left at the end (see `flush`).
 */
function nonBlocking(descriptor: number): number {
  if (isFile(descriptor)) return descriptor;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // A socket, another user's, or no Linux.
  }
  try {
    new Socket({ fd: descriptor, readable: false }).unref();
  } catch {
    // A terminal of another user.
  }
  return descriptor;
}
