/**
 * TLS for clients' connections. The edge's listener accepts the sockets; a TLS server of Node that never listens itself
 * does the handshakes.
 */
import { hkdfSync, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import equal from 'fast-deep-equal';
import type { TlsIdentity } from '../config/target-types.ts';
import type { ListenTls } from '../config/types.ts';
import { UNIX_CLIENT } from './trusted-proxies.ts';

/** Bytes that Node requires as keys of session tickets. */
const TICKET_KEYS = 48;

export interface TlsEntranceOptions {
  /** The same on all edge threads, so that each can resume the sessions of the others. */
  readonly secret: Uint8Array;
  /** Milliseconds from the beginning of the connection to the end of the handshake. */
  readonly handshakeTimeout: number;
  /** `address`: the client's, as it was given with the socket. */
  readonly onSecure: (socket: TLSSocket, address: string) => void;
  /** Called for a client that has sent something, but failed the handshake. */
  readonly onFailed: (address: string, error: string) => void;
}

/** A certificate and the names it is for. */
interface Named {
  readonly certificate: X509Certificate;
  readonly context: SecureContext;
}

/** A client's connection during its handshake. */
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
  /** Connections by their endpoint, since the secure socket is a different object from the accepted one. */
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
      // Node closes a connection whose handshake failed, but not one whose handshake took too long.
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
      // A balancer that only checks whether the port is open sends nothing.
      if (entering.handshake === 'incomplete' && socket.bytesRead > 0) this.#onFailed(address, entering.error);
    });
  }

  /** New handshakes use these settings; open connections keep theirs. */
  renew(settings: ListenTls): void {
    if (equal(settings, this.#settings)) return;
    this.#settings = settings;
    this.#named = namedOf(settings);
    this.#server.setSecureContext(this.#contextOptions());
  }

  /**
   * From now on tickets are sealed with another secret. A session with the previous secret needs a full handshake.
   * Node's tickets last five minutes, so a change affects few clients.
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

  /**
   * The keys depend on the settings: after a change of settings no session is resumed, since the client's certificate
   * may no longer be accepted.
   */
  #ticketKeys(): Buffer {
    const settings = JSON.stringify(this.#settings);
    return Buffer.from(hkdfSync('sha256', this.#secret, settings, 'understudy session tickets', TICKET_KEYS));
  }
}

/** Identifies a socket of a listener; undefined for a Unix socket, whose connections have no endpoints. */
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

/** OpenSSL's reason, where the error has one. */
function reasonOf(error: Error & { readonly reason?: string }): string {
  return error.reason ?? error.message;
}
