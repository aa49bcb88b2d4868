import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { GuessLimit } from './guess-limit.ts';
import { Problem } from './problem.ts';
import { type Session, Sessions } from './sessions.ts';

const BEARER = 'Bearer realm="understudy"';
const BASIC = 'Basic realm="understudy", charset="UTF-8"';

/** Who calls. */
export interface Caller {
  readonly headers: IncomingHttpHeaders;
  /** The address of the other end of the connection. */
  readonly address: string;
}

interface EntranceOptions {
  /** Absent: everybody is let in. */
  readonly token?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Lets in those who have the token: as a bearer token, as the password of HTTP Basic, or as a browser that logged in
 * with it. Wrong tokens are limited by address. A session cannot be guessed, and is let in all the same.
 */
export class Entrance {
  readonly #token: Buffer | undefined;
  readonly #makeSessions: () => Sessions;
  readonly #limit: GuessLimit;
  readonly #logger: EntranceOptions['logger'];
  #sessions: Sessions | undefined;

  constructor({ token, now, logger }: EntranceOptions) {
    this.#token = token === undefined ? undefined : digest(Buffer.from(token));
    this.#makeSessions = () => new Sessions(token!, now);
    this.#limit = new GuessLimit(now);
    this.#logger = logger;
  }

  get isGuarded(): boolean {
    return this.#token !== undefined;
  }

  /** Throws a Problem for those who are not let in. */
  admit(caller: Caller): void {
    if (this.#token === undefined || this.sessionOf(caller) !== undefined) return;
    const given = credentialsOf(caller.headers);
    if (given !== undefined && this.#isToken(given, caller)) return;
    const detail = 'Send the configured token: Authorization: Bearer TOKEN, or Basic with it as password.';
    throw new Problem('unauthorized', detail, { headers: { 'www-authenticate': challengesFor(caller) } });
  }

  /** Of one who is let in: tells, now and later, whether that still holds. A session ends; the token does not change. */
  admission(caller: Caller): () => boolean {
    if (this.sessionOf(caller) === undefined) return () => true;
    return () => this.sessionOf(caller) !== undefined;
  }

  /** Begins a session. Returns the value of Set-Cookie; undefined where no token is needed. */
  logIn(token: string, caller: Caller): string | undefined {
    if (this.#token === undefined) return undefined;
    if (!this.#isToken(Buffer.from(token), caller)) throw new Problem('unauthorized', 'This is not the token.');
    return this.#all.begin(isSecure(caller));
  }

  /** Ends the session of the caller, if it has one. Returns the value of Set-Cookie. */
  logOut(caller: Caller): string | undefined {
    return this.#token && this.#all.end(caller.headers.cookie, isSecure(caller));
  }

  sessionOf({ headers: { cookie } }: Caller): Session | undefined {
    return cookie === undefined || this.#token === undefined ? undefined : this.#all.of(cookie);
  }

  /** Their key takes time, and most servers never need it. */
  get #all(): Sessions {
    this.#sessions ??= this.#makeSessions();
    return this.#sessions;
  }

  #isToken(given: Buffer, { address }: Caller): boolean {
    const wait = this.#limit.wait(address);
    if (wait > 0) {
      throw new Problem('too_many_guesses', 'Too many wrong tokens came from this address. Wait, then try again.', {
        headers: { 'retry-after': String(Math.ceil(wait / 1000)) },
      });
    }
    // Digests have the same length, so that the comparison reveals nothing about the token's.
    if (timingSafeEqual(digest(given), this.#token!)) return true;
    this.#limit.failed(address);
    if (this.#limit.wait(address) > 0) this.#logger.warn({ address }, 'too many wrong tokens: the address has to wait');
    return false;
  }
}

/** The token that a request claims to know; undefined if it names none. */
function credentialsOf({ authorization = '' }: IncomingHttpHeaders): Buffer | undefined {
  const [, scheme, credentials = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme === undefined) return undefined;
  return scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : Buffer.from(credentials, 'latin1');
}

function passwordOf(credentials: string): Buffer {
  const pair = Buffer.from(credentials, 'base64');
  return pair.subarray(pair.indexOf(':') + 1);
}

/** For the calls of a page, a browser would put its own password box over the page's. */
function challengesFor({ headers }: Caller): readonly string[] {
  const mode = headers['sec-fetch-mode'];
  return mode === undefined || mode === 'navigate' ? [BEARER, BASIC] : [BEARER];
}

/** TLS ends before this server, if anywhere. A page's origin says so, and no other site can send it. */
function isSecure({ headers: { origin = '' } }: Caller): boolean {
  return origin.startsWith('https://');
}

function digest(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}
