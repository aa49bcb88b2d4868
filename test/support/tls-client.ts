import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { certificate } from './certificates.ts';
import { afterThisTest } from './cleanup.ts';
import { RawClient } from './raw-client.ts';

export interface SecureClient {
  readonly client: RawClient;
  readonly socket: TLSSocket;
  /** Resolves with the last session that the server has given so far, as soon as there is one. */
  session(): Promise<Buffer>;
}

/** A raw client over TLS; rejects where the handshake fails. */
export async function connectSecure(port: number, options: ConnectionOptions = {}): Promise<SecureClient> {
  // Node takes it, though its types do not say so.
  const halfOpen = { allowHalfOpen: true };
  const socket = connect({ port, host: '127.0.0.1', ca: certificate('ca'), ...halfOpen, ...options });
  afterThisTest(() => socket.destroy());
  let last: Buffer | undefined;
  socket.on('session', (session) => {
    last = session;
  });
  await once(socket, 'secureConnect');
  const session = async (): Promise<Buffer> => last ?? (await once(socket, 'session'))[0];
  return { client: new RawClient(socket), socket, session };
}
