/**
 * The buffers that targets' bytes are read into. Most reads are small: one buffer of the thread serves them all, and
 * its content is copied out at once. That costs less than a new buffer for each read, which V8 would have to collect. A
 * connection with large reads gets a buffer of its own, which is handed on uncopied when a read fills it.
 */
import type { OnReadOpts } from 'node:net';
import { noteRead } from '../read-garbage.ts';

const SIZE = 64 * 1024;
/** Bytes from which a read is large. */
const LARGE = 16 * 1024;
/** From this many bytes a buffer is handed on uncopied. Whoever keeps a part of it keeps all of it in memory. */
const FULL = 48 * 1024;

const shared = Buffer.allocUnsafeSlow(SIZE);

/**
 * The `onread` of a socket. `onChunk` gets the bytes and may keep them; when it returns false, the socket is paused.
 */
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
