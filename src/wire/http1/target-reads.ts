/**
 * Where the bytes that targets send are read into. Most reads are small, and then one buffer of the thread serves them
 * all: its content is copied out at once, which costs less than a buffer for each read that V8 has to collect. A
 * connection whose reads are large gets a buffer of its own, which is handed on as it is where a read fills it.
 */
import type { OnReadOpts } from 'node:net';
import { noteRead } from '../read-garbage.ts';

const SIZE = 64 * 1024;
/** Bytes from which a read is large. */
const LARGE = 16 * 1024;
/** Bytes from which a buffer is handed on: who keeps what was read keeps all of it. */
const FULL = 48 * 1024;

const shared = Buffer.allocUnsafeSlow(SIZE);

/** The `onread` of a socket. `onChunk` gets what was read, as its own; when it returns false, the socket is paused. */
export function targetReads(onChunk: (chunk: Buffer) => boolean): OnReadOpts {
  let next = shared;
  return {
    buffer: () => next,
    callback: (length) => {
      const filled = next;
      const isHandedOn = filled !== shared && length >= FULL;
      if (length < LARGE) next = shared;
      else if (filled === shared || isHandedOn) next = Buffer.allocUnsafeSlow(SIZE);
      if (length >= LARGE) noteRead(isHandedOn ? SIZE : length);
      return onChunk(isHandedOn ? filled.subarray(0, length) : Buffer.from(filled.subarray(0, length)));
    },
  };
}
