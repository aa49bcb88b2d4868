import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenAddress } from '../config/address.ts';
import { formatAddress } from '../config/address.ts';
import { UnderstudyError } from '../model/errors.ts';

/**
 * Listens for a moment without sharing the port. Sockets with SO_REUSEPORT would share it with any other process of
 * this user that does the same, even another Understudy, and clients would silently be divided between both.
 *
 * @throws the system's error, with its `code`, where another socket listens there
 */
export async function tryListen({ host, port, socketPath }: ListenAddress): Promise<void> {
  if (socketPath !== undefined) return;
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/** The error that says why it can't listen for clients, and what to do. */
export function notListening(address: ListenAddress, error: NodeJS.ErrnoException): UnderstudyError {
  const where = `listen ${formatAddress(address)}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new UnderstudyError(
        'port_in_use',
        `${where}: the port is in use; stop the program that uses it, or choose another with --listen HOST:PORT`,
        { cause: error },
      );
    case 'EACCES':
      return new UnderstudyError(
        'listen_failed',
        `${where}: not permitted; ports below 1024 need a privilege, so choose a higher one with --listen HOST:PORT`,
        { cause: error },
      );
    default:
      return new UnderstudyError('listen_failed', `${where}: ${error.message}`, { cause: error });
  }
}
