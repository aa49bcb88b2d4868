/**
 * Sessions of browsers, as signed cookies `EXPIRY.ID.SIGNATURE`. Nothing is kept for them, so there may be any number,
 * and they survive a restart. The key is made of the token: without it there are no sessions, and they end when it
 * changes. It is made slowly (scrypt), so that a stolen cookie is of little use for guessing the token.
 */
import { createHmac, hash, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** Milliseconds. */
const LIFE = 12 * 3_600_000;
/** Sessions that were ended by hand and have not expired. The oldest make room. */
const MOST_ENDED = 10_000;
const SALT = 'understudy admin session';

export interface Session {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export class Sessions {
  readonly #key: Buffer;
  readonly #cookie: string;
  readonly #now: () => number;
  readonly #ended = new Set<string>();

  /** `now`: milliseconds since 1970. */
  constructor(token: string, now: () => number) {
    this.#key = scryptSync(token, SALT, 32);
    // Cookies do not tell ports apart: two servers of one host must not overwrite each other's.
    this.#cookie = `understudy-${hash('sha256', this.#key, 'hex').slice(0, 8)}`;
    this.#now = now;
  }

  /** Begins a session. Returns the value of Set-Cookie. @param secure only for TLS */
  begin(secure: boolean): string {
    const session = `${this.#now() + LIFE}.${randomBytes(12).toString('base64url')}`;
    return this.#setCookie(`${session}.${this.#sign(session)}`, LIFE / 1000, secure);
  }

  /** The session of a request, from its Cookie field; undefined if it has none that is valid. */
  of(cookies = ''): Session | undefined {
    for (const each of cookies.split(';')) {
      const [name, value = ''] = each.trim().split('=', 2);
      const session = name === this.#cookie ? this.#read(value) : undefined;
      if (session !== undefined) return session;
    }
    return undefined;
  }

  /** Ends the session of a request. Returns the value of Set-Cookie. */
  end(cookies: string | undefined, secure: boolean): string {
    const session = this.of(cookies);
    if (session !== undefined) this.#ended.add(session.id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MOST_ENDED) this.#ended.delete(oldest!);
    return this.#setCookie('', 0, secure);
  }

  #read(value: string): Session | undefined {
    const [expiry = '', id = '', signature = ''] = value.split('.', 3);
    const expected = Buffer.from(this.#sign(`${expiry}.${id}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    if (Number(expiry) <= this.#now() || this.#ended.has(id)) return undefined;
    return { id, expiresAt: Number(expiry) };
  }

  #sign(session: string): string {
    return createHmac('sha256', this.#key).update(session).digest('base64url');
  }

  #setCookie(value: string, seconds: number, secure: boolean): string {
    const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
    return `${this.#cookie}=${value}; ${attributes}`;
  }
}
