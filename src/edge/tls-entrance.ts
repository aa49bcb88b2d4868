/**
 * TLS between a client's socket and what reads it. The listener takes the sockets; a server of Node's that itself never
 * listens leads them through the handshake.
 */
import { hkdfSync, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import equal from 'fast-deep-equal';
import type { TlsIdentity } from '../config/target-types.ts';
import type { ListenTls } from '../config/types.ts';
import { UNIX_CLIENT } from './context.ts';

/** Bytes that Node wants for the keys of session tickets. */
const TICKET_KEYS = 48;

export interface TlsEntranceOptions {
  /** The same for all edge threads, so that each resumes the sessions of the others. */
  readonly secret: Uint8Array;
  /** Milliseconds from the beginning of the connection to the end of the handshake. */
  readonly handshakeTimeout: number;
  /** `address`: the client's, as it was given with the socket. */
  readonly onSecure: (socket: TLSSocket, address: string) => void;
  /** A client that has said something, but not what the handshake needs. */
  readonly onFailed: (address: string, error: string) => void;
}

/** One of the certificates, and whom it is for. */
interface Named {
  readonly certificate: X509Certificate;
  readonly context: SecureContext;
}

/** A client's connection, from its beginning to its end. */
interface Entering {
  readonly address: string;
  handshake: 'incomplete' | 'complete';
  /** Why it failed, if it does. */
  error: string;
}

export class TlsEntrance {
  readonly #server: Server;
  #secret: Uint8Array;
  readonly #onFailed: TlsEntranceOptions['onFailed'];
  /** What is known of each socket; the secure one is another object than the one that was given. */
  readonly #entering = new Map<string | undefined, Entering>();
  #settings: ListenTls;
  #named: readonly Named[];

  constructor(settings: ListenTls, { secret, handshakeTimeout, onSecure, onFailed }: TlsEntranceOptions) {
    this.#secret = secret;
    this.#onFailed = onFailed;
    this.#settings = settings;
    this.#named = namedOf(settings);
    this.#server = createServer(
      {
        ...this.#contextOptions(),
        handshakeTimeout,
        allowHalfOpen: true,
        requestCert: settings.clientCa !== undefined,
        // RFC 7301, section 3.2: a client that speaks none of these is told so, and closed.
        ALPNProtocols: ['http/1.1', 'http/1.0'],
        SNICallback: (name, done) => done(null, this.#contextFor(name)),
      },
      (socket) => {
        const entering = this.#entering.get(endpointOf(socket));
        if (entering !== undefined) entering.handshake = 'complete';
        onSecure(socket, entering?.address ?? UNIX_CLIENT);
      },
    );
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const entering = this.#entering.get(endpointOf(socket));
      if (entering !== undefined) entering.error = reasonOf(error);
      else if (error.code !== 'ECONNRESET') onFailed(UNIX_CLIENT, reasonOf(error));
      // Node closes what has failed, but not what has only taken too long.
      socket.destroy();
    });
  }

  /** The socket comes back secure, or is closed. */
  take(socket: Socket, address: string): void {
    const endpoint = endpointOf(socket);
    this.#server.emit('connection', socket);
    if (endpoint === undefined) return;
    const entering: Entering = { address, handshake: 'incomplete', error: 'the connection ended within it' };
    this.#entering.set(endpoint, entering);
    socket.on('close', () => {
      this.#entering.delete(endpoint);
      // A balancer that only looks whether the port is open says nothing.
      if (entering.handshake === 'incomplete' && socket.bytesRead > 0) this.#onFailed(address, entering.error);
    });
  }

  /** New handshakes go by these settings; connections that stand keep theirs. */
  renew(settings: ListenTls): void {
    if (equal(settings, this.#settings)) return;
    this.#settings = settings;
    this.#named = namedOf(settings);
    this.#server.setSecureContext(this.#contextOptions());
  }

  /**
   * From now on tickets are sealed with another secret. Sessions of the one before are begun anew, by one full handshake:
   * Node's tickets last for five minutes, so that few are met by a change.
   */
  renewTickets(secret: Uint8Array): void {
    this.#secret = secret;
    this.#server.setTicketKeys(this.#ticketKeys());
  }

  #contextOptions() {
    return { ...contextOptions(this.#settings, this.#settings.identities[0]), ticketKeys: this.#ticketKeys() };
  }

  /** Undefined for the first certificate. */
  #contextFor(name: string): SecureContext | undefined {
    return this.#named.find(({ certificate }) => certificate.checkHost(name) !== undefined)?.context;
  }

  /** A session is not resumed under other settings: what its client has shown may no longer do. */
  #ticketKeys(): Buffer {
    const settings = JSON.stringify(this.#settings);
    return Buffer.from(hkdfSync('sha256', this.#secret, settings, 'understudy session tickets', TICKET_KEYS));
  }
}

/** What tells the sockets of a listener apart; undefined for a Unix socket's, which are all alike. */
function endpointOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort}`;
}

function contextOptions({ clientCa }: ListenTls, { cert, key }: TlsIdentity) {
  return { cert, key, minVersion: 'TLSv1.2' as const, ...(clientCa !== undefined && { ca: clientCa }) };
}

function namedOf(settings: ListenTls): Named[] {
  return settings.identities.map((identity) => ({
    certificate: new X509Certificate(identity.cert),
    context: createSecureContext(contextOptions(settings, identity)),
  }));
}

/** In OpenSSL's words, where they are its. */
function reasonOf(error: Error & { readonly reason?: string }): string {
  return error.reason ?? error.message;
}
