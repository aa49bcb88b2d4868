/**
 * A server that accepts every connection, reads, and never answers. Several can share a port. Argument: port of
 * 127.0.0.1.
 */
import { createServer } from 'node:net';

const [port] = process.argv.slice(2);
createServer((socket) => socket.on('error', () => {}).resume()).listen({
  port: Number(port),
  host: '127.0.0.1',
  reusePort: true,
});
