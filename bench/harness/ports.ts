import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * The ports below those that Linux gives to whoever asks for any (net.ipv4.ip_local_port_range, man 7 ip). One of those
 * may be taken again, by any connection, before a program listens on it.
 */
const FROM = 16_384;
const TO = 32_768;

/** A port of 127.0.0.1 that nobody listened on a moment ago, for programs that can't choose one themselves. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
