/**
 * A target that responds early, for example with a 413, may close at once while the request is still being sent. Its
 * system then resets the connection, and our next write fails. Node would then destroy the socket, and lose the
 * response that has arrived but is not read yet. So the error of a failed write is held back until that response is
 * read.
 */
import type { Socket } from 'node:net';

const GONE = new Set(['ECONNRESET', 'EPIPE']);

/** The socket must be read by `onread`: a stream delivers nothing after a failed write. */
export function hearLastWords(socket: Socket): void {
  const destroy = socket.destroy.bind(socket);
  let failed: Error | undefined;
  socket.destroy = (error?: NodeJS.ErrnoException) => {
    if (error?.syscall !== 'write' || !GONE.has(error.code ?? '')) return destroy(error);
    if (failed !== undefined) return socket;
    failed = error;
    // After a reset nothing more can arrive. What has arrived is read within the next full turn of the event loop.
    setImmediate(() => setImmediate(() => destroy(error)));
    return socket;
  };
}
