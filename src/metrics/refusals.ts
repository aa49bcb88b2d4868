/**
 * What the edge refused without asking the primary. A connection that was refused before its first request belongs to
 * no route, so it is counted only here. A refused request is counted both here and in a ledger.
 */

/**
 * `limit`: the maximum of open connections was reached. `descriptors`: the maximum that RLIMIT_NOFILE allows was
 * reached. `address_limit`: the maximum for one client address was reached. `proxy_header`: the PROXY header was
 * missing or bad. `tls`: the handshake failed. `accept`: the system could not hand the connection over, or no descriptor was
 * left for any when that was looked at.
 */
export const CONNECTION_REFUSALS = ['limit', 'descriptors', 'address_limit', 'proxy_header', 'tls', 'accept'] as const;

export type ConnectionRefusal = (typeof CONNECTION_REFUSALS)[number];

/** The codes of the edge's local replies to requests that it does not forward. */
export const REFUSAL_CODES = [204, 400, 404, 405, 408, 414, 431, 501, 503, 505, 508] as const;

/** The counts of one edge thread, in shared memory: that thread alone writes, main reads. */
export class RefusalCounts {
  readonly #cells: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Uint32Array(memory);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer((CONNECTION_REFUSALS.length + REFUSAL_CODES.length) * Uint32Array.BYTES_PER_ELEMENT);
  }

  connection(reason: ConnectionRefusal): void {
    this.#add(CONNECTION_REFUSALS.indexOf(reason));
  }

  request(code: number): void {
    const at = (REFUSAL_CODES as readonly number[]).indexOf(code);
    if (at >= 0) this.#add(CONNECTION_REFUSALS.length + at);
  }

  connections(reason: ConnectionRefusal): number {
    return this.#cells[CONNECTION_REFUSALS.indexOf(reason)]!;
  }

  requests(code: (typeof REFUSAL_CODES)[number]): number {
    return this.#cells[CONNECTION_REFUSALS.length + REFUSAL_CODES.indexOf(code)]!;
  }

  #add(at: number): void {
    this.#cells[at] = this.#cells[at]! + 1;
  }
}
