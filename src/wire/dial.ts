/** How connections to a target are made: to its Unix socket, its address, or the addresses of its name. */
import type { LookupAddress } from 'node:dns';
import { connect, isIP, type LookupFunction, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext } from 'node:tls';
import type { Target } from '../config/target-types.ts';
import type { AddressBook, Addresses } from './addresses.ts';
import { type Deadline, type Deadlines, NEVER } from './deadlines.ts';
import { isShortage } from './shortage.ts';

/** Wants a connection. Either `onConnected` or `onFailed` is called, once, unless the call is cancelled before. */
export interface Caller {
  /** Where received bytes go. Called for each socket that is tried. */
  readonly onread: () => OnReadOpts;
  /** `address`: the address that was reached, where the target is a name. */
  onConnected(socket: Socket, address: string | undefined): void;
  onFailed(error: Error): void;
}

/** A connection that is being made. */
export interface Call {
  cancel(): void;
}

/** Starts to connect. `now`: on the monotonic clock. */
export type Dial = (caller: Caller, now: number) => Call;

type Open = (onConnect: () => void, onread: OnReadOpts, addresses: Lookup | undefined) => Socket;
type Lookup = (done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

export function dialTo(target: Target, deadlines: Deadlines, book: AddressBook): Dial {
  const open = openerOf(target);
  const { host, timeouts } = target;
  if (!isName(target)) return (caller) => new Attempt(open, undefined, caller);
  const addresses = book.of(host);
  return (caller, now) => new NameCall(open, addresses, caller, deadlines, now + timeouts.connect / 2);
}

/** Whether the target's host is a name that must be looked up. */
export function isName({ host, socketPath }: Target): boolean {
  return socketPath === undefined && isIP(host) === 0;
}

/** One socket that is connecting. */
class Attempt implements Call {
  readonly #socket: Socket;
  readonly #caller: Caller;
  #state: 'calling' | 'over' = 'calling';

  constructor(open: Open, lookup: Lookup | undefined, caller: Caller) {
    this.#caller = caller;
    const socket = open(() => this.#onConnect(), caller.onread(), lookup);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', this.#onError).on('end', this.#onClosed).on('close', this.#onClosed);
  }

  get socket(): Socket {
    return this.#socket;
  }

  cancel(): void {
    this.#state = 'over';
    this.#socket.destroy();
  }

  #onConnect(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#socket.off('error', this.#onError).off('end', this.#onClosed).off('close', this.#onClosed);
    this.#caller.onConnected(this.#socket, this.#socket.remoteAddress);
  }

  readonly #onError = (error: Error): void => {
    if (this.#state === 'over') return;
    this.cancel();
    this.#caller.onFailed(error);
  };

  readonly #onClosed = (): void => this.#onError(new Error('the connection was closed before it was established'));
}

/**
 * A call to a name. Where no connection can be made, or none within half of the connect timeout, the name is looked up
 * again. If it now has other addresses, they are tried, once. This is safe, since nothing is sent before there is a
 * connection.
 */
class NameCall implements Call, Caller, Deadline {
  deadline: number;
  readonly #open: Open;
  readonly #addresses: Addresses;
  readonly #caller: Caller;
  readonly #deadlines: Deadlines;
  #attempt: Attempt;
  #tried: readonly LookupAddress[] = [];
  #state: 'first' | 'looking_again' | 'last' | 'over' = 'first';
  /** Why the first attempt failed, if it has. */
  #error: Error | undefined;

  constructor(open: Open, addresses: Addresses, caller: Caller, deadlines: Deadlines, slowFrom: number) {
    this.#open = open;
    this.#addresses = addresses;
    this.#caller = caller;
    this.#deadlines = deadlines;
    this.deadline = slowFrom;
    deadlines.add(this);
    this.#attempt = this.#try((done) =>
      addresses.ask((error, found) => {
        this.#tried = found;
        done(error, found);
      }),
    );
  }

  readonly onread = (): OnReadOpts => this.#caller.onread();

  cancel(): void {
    this.#end();
    this.#attempt.cancel();
  }

  onConnected(socket: Socket, address = ''): void {
    this.#end();
    this.#addresses.onConnected(address);
    // The system may write an address differently from the one it was given: then it can't be recognized.
    const isKnown = this.#tried.some((each) => each.address === address);
    this.#caller.onConnected(socket, isKnown ? address : undefined);
  }

  onFailed(error: Error): void {
    this.#error = error;
    if (this.#state === 'first') this.#lookAgain();
    else if (this.#state === 'last') this.#giveUp(error);
  }

  onDeadline(): void {
    if (this.#state === 'first') this.#lookAgain();
  }

  #try(lookup: Lookup): Attempt {
    const attempt = new Attempt(this.#open, lookup, this);
    attempt.socket
      .on('connectionAttemptFailed', (address, _port, _family, error) => {
        if (!isShortage(error)) this.#addresses.onFailed(address);
      })
      .on('connectionAttemptTimeout', (address) => this.#addresses.onFailed(address));
    return attempt;
  }

  #lookAgain(): void {
    // Without any address, another lookup would not help. A shortage here affects all addresses alike.
    if (this.#error !== undefined && (this.#tried.length === 0 || isShortage(this.#error))) {
      this.#giveUp(this.#error);
      return;
    }
    if (this.#tried.length === 0) return;
    this.#state = 'looking_again';
    this.#addresses.askForOthers(this.#tried, (others) => this.#onOthers(others));
  }

  #onOthers(others: readonly LookupAddress[]): void {
    if (this.#state !== 'looking_again') return;
    if (others.length === 0) {
      // A slow connection may still succeed in time.
      this.#state = 'last';
      if (this.#error !== undefined) this.#giveUp(this.#error);
      return;
    }
    this.#state = 'last';
    this.#attempt.cancel();
    this.#tried = others;
    this.#attempt = this.#try((done) => process.nextTick(done, null, others));
  }

  #giveUp(error: Error): void {
    this.#end();
    this.#caller.onFailed(error);
  }

  #end(): void {
    this.#state = 'over';
    this.deadline = NEVER;
    this.#deadlines.delete(this);
  }
}

function openerOf(target: Target): Open {
  const { host, port, socketPath } = target;
  const place = socketPath === undefined ? { host, port } : { path: socketPath };
  const open = target.protocol === 'https' ? tlsOpener(target) : openTcp;
  return (onConnect, onread, lookup) => {
    if (lookup === undefined) return open({ ...place, onread }, onConnect);
    const lookUp: LookupFunction = (_host, _options, done) => lookup(done);
    return open({ ...place, onread, lookup: lookUp, autoSelectFamily: true }, onConnect);
  };
}

const openTcp = (options: NetConnectOpts, onConnect: () => void): Socket => connect(options, onConnect);

/**
 * What all connections to a target share: the certificates, parsed once, and the TLS session that the next one resumes.
 */
function tlsOpener({ host, tls }: Target): (place: NetConnectOpts, onConnect: () => void) => Socket {
  const { ca, identity, insecure = false } = tls ?? {};
  const options: ConnectionOptions = {
    // RFC 6066, section 3: an address is not a server name. Without a server name, the certificate must be for the
    // host.
    servername: tls?.serverName ?? (isIP(host) === 0 ? host : ''),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: !insecure,
    secureContext: createSecureContext({ minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }), ...identity }),
  };
  let session: Buffer | undefined;
  return (place, onConnect) => {
    const socket = connectTls({ ...options, ...place, ...(session && { session }) }, onConnect);
    socket.on('session', (ticket) => {
      session = ticket;
    });
    // A session that the target rejects must not fail the next connection too.
    socket.once('error', () => {
      session = undefined;
    });
    return socket;
  };
}
