/** One copy of a request at one target: sent, measured, and its answer kept. It ends exactly once. */
import type { Fields, LegFailure, LegTiming } from '../model/exchange.ts';
import type { SkipReason } from '../model/outcome.ts';
import type { Connection, Failure, ResponseHandler } from '../wire/connection.ts';
import { type Deadline, NEVER } from '../wire/deadlines.ts';
import { responseLines } from '../wire/end-to-end.ts';
import { isIdempotent } from '../wire/idempotence.ts';
import type { ParsedResponse } from '../wire/message.ts';
import type { Pool, Waiter } from '../wire/pool.ts';

/** An answer as it is first compared: fields as text, body as it came. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly lines: string;
  readonly body: readonly Buffer[];
  readonly trailers: Fields;
}

export type LegResult =
  | { readonly answer: Answer; readonly timing: LegTiming }
  | { readonly failure: LegFailure; readonly detail: string };

/** Why it was not sent: the target had no part in that. */
export interface Unsent {
  readonly unsent: SkipReason;
}

export interface LegRequest {
  readonly method: string;
  readonly text: string;
  readonly chunked: boolean;
  readonly body: readonly Buffer[];
  readonly trailers: Fields;
}

export interface LegLimits {
  /** Milliseconds from the start to the last byte. */
  readonly timeout: number;
  /** Bytes of the answer's body. */
  readonly maxBody: number;
}

export class Leg implements ResponseHandler, Waiter, Deadline {
  deadline: number;
  readonly #pool: Pool;
  readonly #request: LegRequest;
  readonly #limits: LegLimits;
  readonly #onDone: (result: LegResult | Unsent) => void;
  #connection: Connection | undefined;
  #state: 'running' | 'done' = 'running';
  #head: ParsedResponse | undefined;
  #body: Buffer[] = [];
  #bytes = 0;

  constructor(pool: Pool, request: LegRequest, limits: LegLimits, onDone: (result: LegResult | Unsent) => void) {
    this.#pool = pool;
    this.#request = request;
    this.#limits = limits;
    this.#onDone = onDone;
    this.deadline = pool.clock.monotonic() + limits.timeout;
    pool.deadlines.add(this);
    const connection = pool.acquire(this);
    if (connection !== undefined) this.onConnection(connection);
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    const { method, text, chunked, body, trailers } = this.#request;
    connection.begin(this, method, text, chunked ? 'chunked' : 'plain');
    for (const chunk of body) connection.body(chunk);
    connection.end(trailers);
    connection.flush();
  }

  onNoConnection(): void {
    this.#finish({ unsent: 'connection_limit' });
  }

  onInterim(): void {}

  onHead(head: ParsedResponse): void {
    this.#head = head;
    if (head.status === 101) this.#abort('invalid', 'it switched protocols without being asked to');
    else if (typeof head.bodyLength === 'number') this.#checkSize(head.bodyLength);
  }

  onBody(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#body.push(chunk);
    this.#checkSize(this.#bytes);
  }

  onEnd(trailers: Fields): void {
    const { status, reason } = this.#head!;
    const answer = { status, reason, lines: responseLines(this.#head!), body: this.#body, trailers };
    this.#finish({ answer, timing: this.#connection!.timing() });
  }

  onReadEnd(): void {}

  onDrain(): void {}

  onFailure(failure: Failure): void {
    if (this.#state === 'done') return;
    if (failure.stale && isIdempotent(this.#request.method)) this.#retry();
    else this.#finish({ failure: failure.kind, detail: failure.detail });
  }

  onDeadline(): void {
    this.#abort('timeout', `no complete answer within ${this.#limits.timeout} ms`);
  }

  /** A kept-alive connection that died unused says nothing about the shadow: once more on a new one. */
  #retry(): void {
    this.#head = undefined;
    const connection = this.#pool.connect() ?? this.#pool.acquire(this);
    if (connection !== undefined) this.onConnection(connection);
  }

  #checkSize(bytes: number): void {
    if (bytes > this.#limits.maxBody)
      this.#abort('invalid', `its body has more than ${this.#limits.maxBody} bytes, the limit of copies`);
  }

  #abort(failure: LegFailure, detail: string): void {
    if (this.#connection === undefined) this.#pool.cancel(this);
    else this.#connection.abort();
    this.#finish({ failure, detail });
  }

  #finish(result: LegResult | Unsent): void {
    if (this.#state === 'done') return;
    this.#state = 'done';
    this.deadline = NEVER;
    this.#pool.deadlines.delete(this);
    this.#onDone(result);
  }
}
