import type { ConnectionRefusal, RefusalCounts } from '../metrics/refusals.ts';
import type { Notice } from '../model/notice.ts';
import type { LocalReply } from './local-replies.ts';
import type { Notices } from './notices.ts';

const WORDS: Record<ConnectionRefusal, Pick<Notice, 'level' | 'message'>> = {
  limit: {
    level: 'warn',
    message: 'a client was turned away: as many connections are open as client.connections allows',
  },
  descriptors: {
    level: 'warn',
    message:
      'a client was turned away: as many connections are open as the limit of open files and sockets (RLIMIT_NOFILE) allows',
  },
  address_limit: {
    level: 'warn',
    message: 'a client was turned away: it has as many connections as client.connectionsPerAddress allows',
  },
  proxy_header: { level: 'warn', message: 'a connection was closed: it did not begin with a good PROXY header' },
  tls: { level: 'info', message: 'a TLS handshake with a client failed' },
  accept: { level: 'error', message: 'a connection could not be accepted' },
};

/** Counts refused connections and requests, and reports the first of each kind. */
export class Refusals {
  readonly #counts: RefusalCounts;
  readonly #notices: Notices;

  constructor(counts: RefusalCounts, notices: Notices) {
    this.#counts = counts;
    this.#notices = notices;
  }

  /** `facts`: whose connection it was, and what was wrong with it. */
  connection(reason: ConnectionRefusal, facts: { readonly client?: string; readonly error?: string }): void {
    this.#counts.connection(reason);
    this.#notices.event(reason, { ...WORDS[reason], facts });
  }

  request({ status, detail, reason }: LocalReply, client: string): void {
    this.#counts.request(status);
    // 204 is neither a mistake nor an attack, and 503 was already reported for the connection.
    if (status === 204 || status === 503) return;
    this.#notices.event(`${status}`, {
      level: 'info',
      message: 'a request was refused',
      facts: { client, status, detail: reason ?? detail },
    });
  }
}
