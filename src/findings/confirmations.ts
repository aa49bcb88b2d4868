import { placeKey } from '../compare/collapse.ts';
import type { Place } from '../model/difference.ts';
import type { CapturedExchange } from '../model/exchange.ts';
import type { SignatureFinding, SignatureRow } from '../model/finding.ts';
import type { RepeatRequest } from '../model/repeat.ts';
import { fieldValue } from '../wire/fields.ts';

/** How many requests of one signature are repeated: enough to judge it. */
const MOST_OF_SIGNATURE = 5;
/** How many signatures are remembered. Further ones are not confirmed. */
const MOST_SIGNATURES = 10_000;
/** How many repeats may be in flight. */
const MOST_AWAITED = 64;
/** Milliseconds until a request is repeated, so that a pending write has arrived, and until its result is given up. */
const PAUSE = 1_000;
const PATIENCE = 60_000;

interface Awaited {
  readonly row: SignatureRow;
  readonly signature: string;
  readonly places: ReadonlySet<string>;
}

/** Runs on a compare thread: chooses the mismatches to confirm, and evaluates the repeats. */
export class Confirmations {
  readonly #send: (request: RepeatRequest) => void;
  readonly #later: (run: () => void, milliseconds: number) => void;
  readonly #awaited = new Map<number, Awaited>();
  readonly #repeated = new Map<string, number>();
  #number = 0;

  /** `send`: may fail silently. `later`: calls back once. */
  constructor(
    send: (request: RepeatRequest) => void,
    later: (run: () => void, milliseconds: number) => void = (run, milliseconds) =>
      setTimeout(run, milliseconds).unref(),
  ) {
    this.#send = send;
    this.#later = later;
  }

  /** Takes note of a mismatch. `mismatching`: its places. */
  begin(
    row: SignatureRow,
    mismatching: readonly Place[],
    { id, request }: CapturedExchange,
    of: Pick<RepeatRequest, 'service' | 'row' | 'rehearsal'>,
  ): void {
    const { method, target, fields, body } = request;
    const authority = fieldValue(fields, 'host');
    if ((method !== 'GET' && method !== 'HEAD') || body.length > 0 || authority === undefined) return;
    const signature = `${of.rehearsal} ${row.id}`;
    const repeated = this.#repeated.get(signature) ?? 0;
    const isNew = repeated === 0 && this.#repeated.size >= MOST_SIGNATURES;
    if (isNew || repeated >= MOST_OF_SIGNATURE || this.#awaited.size >= MOST_AWAITED) return;
    const number = this.#number++;
    this.#repeated.set(signature, repeated + 1);
    this.#awaited.set(number, { row, signature, places: new Set(mismatching.map(placeKey)) });
    const head = { method, target, authority, fields, bodyLength: 0 };
    this.#later(() => this.#send({ number, ...of, id, head }), PAUSE);
    this.#later(() => this.#giveUp(number), PATIENCE);
  }

  /**
   * The result of a repeat, to be counted with its signature; undefined if it is not awaited (any more). `differing`:
   * the places that differ.
   */
  end(number: number, differing: readonly Place[]): SignatureFinding | undefined {
    const awaited = this.#awaited.get(number);
    if (awaited === undefined) return undefined;
    this.#awaited.delete(number);
    const persists = differing.some((place) => awaited.places.has(placeKey(place)));
    const repeats = { persistent: Number(persists), transient: Number(!persists) };
    return { ...awaited.row, count: 0, examples: [], repeats };
  }

  /** The repeat was not sent or got no response, so another request of its signature may be repeated. */
  #giveUp(number: number): void {
    const awaited = this.#awaited.get(number);
    if (awaited === undefined) return;
    this.#awaited.delete(number);
    this.#repeated.set(awaited.signature, (this.#repeated.get(awaited.signature) ?? 1) - 1);
  }
}
