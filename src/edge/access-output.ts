/** Where the lines of the access log go. Loaded by the threads of a proxy that writes one, and by no others. */
import { pino } from 'pino';
import type { LineSink } from './access-log.ts';

/** Bytes that are gathered before they are written: what a pipe takes in one piece, so that threads can share it. */
const GATHERED = 4096;
/** Bytes that wait for a slow disk or reader; beyond it lines are lost rather than memory. */
const BACKLOG = 4 * 1024 * 1024;
/** Milliseconds after which less is written, too. */
const LATEST = 1_000;

export interface AccessOutput extends LineSink {
  /** Opens the file again by its name; lines go on to the old one until that is done. */
  reopen(): void;
  /** Resolves when what was written so far is out, or can't be. */
  flush(): Promise<void>;
}

/** @param file absent: standard output */
export function openAccessOutput(file: string | undefined, onDropped: () => void): AccessOutput {
  const stream = pino.destination({
    dest: file ?? 1,
    sync: false,
    minLength: GATHERED,
    maxLength: BACKLOG,
    periodicFlush: LATEST,
  });
  stream.on('drop', onDropped);
  // What can't be written stays in the backlog, is tried again with the next line, and is dropped when that is full.
  stream.on('error', () => {});
  return {
    write: (line) => stream.write(line),
    reopen: () => {
      if (file !== undefined) stream.reopen();
    },
    flush: () => new Promise((resolve) => stream.flush(() => resolve())),
  };
}
