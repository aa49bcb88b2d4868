import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenAddress } from '../config/types.ts';

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
