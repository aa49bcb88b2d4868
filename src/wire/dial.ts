import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext } from 'node:tls';
import type { Target } from '../config/types.ts';

/** Begins to connect; the socket takes what is written at once, and sends it when it is connected. */
export type Dial = (onConnect: () => void) => Socket;

export function dialTo(target: Target): Dial {
  const { host, port, socketPath } = target;
  if (target.protocol === 'https') return dialTls(target);
  if (socketPath !== undefined) return (onConnect) => connect({ path: socketPath }, onConnect);
  return (onConnect) => connect({ host, port }, onConnect);
}

/** What all connections to a target share: the certificates, parsed once, and the session that the next one resumes. */
function dialTls({ host, port, tls }: Target): Dial {
  const { ca, identity, insecure = false } = tls ?? {};
  const options: ConnectionOptions = {
    host,
    port,
    // RFC 6066, section 3: an address is no server name. Without one, the certificate has to be for the host.
    servername: tls?.serverName ?? (isIP(host) === 0 ? host : ''),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: !insecure,
    secureContext: createSecureContext({ minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }), ...identity }),
  };
  let session: Buffer | undefined;
  return (onConnect) => {
    const socket = connectTls(session === undefined ? options : { ...options, session }, onConnect);
    socket.on('session', (ticket) => {
      session = ticket;
    });
    // A session that the target no longer wants must not fail the next connection, too.
    socket.once('error', () => {
      session = undefined;
    });
    return socket;
  };
}
