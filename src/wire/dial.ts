import { connect, isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext } from 'node:tls';
import type { Target } from '../config/types.ts';
import type { Clock } from '../lib/clock.ts';
import { Addresses, type Names } from './addresses.ts';

/**
 * Begins to connect; the socket takes what is written at once, and sends it when it is connected. What comes back goes
 * to `onread`.
 */
export type Dial = (onConnect: () => void, onread: OnReadOpts) => Socket;

/** `names`: other than the system's in tests alone. */
export function dialTo(target: Target, clock: Clock, names?: Names): Dial {
  const { host, port, socketPath } = target;
  if (socketPath !== undefined) return (onConnect, onread) => connect({ path: socketPath, onread }, onConnect);
  if (isIP(host) !== 0) return dialFrom(target, { host, port });

  const addresses = new Addresses(host, clock, names);
  const dial = dialFrom(target, { host, port, lookup: addresses.lookup, autoSelectFamily: true });
  return (onConnect, onread) => {
    const socket = dial(onConnect, onread);
    return socket
      .on('connectionAttemptFailed', (address) => addresses.onFailed(address))
      .on('connectionAttemptTimeout', (address) => addresses.onFailed(address))
      .once('connect', () => addresses.onConnected(socket.remoteAddress ?? ''));
  };
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly lookup?: LookupFunction;
  readonly autoSelectFamily?: boolean;
}

function dialFrom(target: Target, place: Place): Dial {
  return target.protocol === 'https'
    ? dialTls(target, place)
    : (onConnect, onread) => connect({ ...place, onread }, onConnect);
}

/** What all connections to a target share: the certificates, parsed once, and the session that the next one resumes. */
function dialTls({ host, tls }: Target, place: Place): Dial {
  const { ca, identity, insecure = false } = tls ?? {};
  const options: ConnectionOptions = {
    ...place,
    // RFC 6066, section 3: an address is no server name. Without one, the certificate has to be for the host.
    servername: tls?.serverName ?? (isIP(host) === 0 ? host : ''),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: !insecure,
    secureContext: createSecureContext({ minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }), ...identity }),
  };
  let session: Buffer | undefined;
  return (onConnect, onread) => {
    const reading: ConnectionOptions & { onread: OnReadOpts } = { ...options, onread };
    const socket = connectTls(session === undefined ? reading : { ...reading, session }, onConnect);
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
