import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenAddress } from '../config/address.ts';
import { formatAddress } from '../config/address.ts';
import { UnderstudyError } from '../model/errors.ts';

/**
 * Listens alone for a moment. Sockets that share a port (SO_REUSEPORT) share it with whatever other process of this
 * user does, another Understudy too, and the clients are then divided between both without a word.
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

/** Says why it can't listen for clients, and what to do. */
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
