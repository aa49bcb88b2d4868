/**
 * A target that answers early, with a 413 say, may close at once while the request is still being sent to it; its system
 * then resets the connection. That fails our next write, for which Node destroys the socket, and with it the response
 * that has come but is not read yet. So a failed write waits with that until what has come is read.
 */
import type { Socket } from 'node:net';

const GONE = new Set(['ECONNRESET', 'EPIPE']);

/** The socket must be read by `onread`: a stream hands on nothing once a write has failed. */
export function hearLastWords(socket: Socket): void {
  const destroy = socket.destroy.bind(socket);
  let failed: Error | undefined;
  socket.destroy = (error?: NodeJS.ErrnoException) => {
    if (error?.syscall !== 'write' || !GONE.has(error.code ?? '')) return destroy(error);
    if (failed !== undefined) return socket;
    failed = error;
    // After a reset nothing more can come: what has come is read in the next whole turn of the event loop.
    setImmediate(() => setImmediate(() => destroy(error)));
    return socket;
  };
}
