/**
 * The frames that carry the responses to one request from a mirror thread to a compare thread.
 *
 *     open   opens   what is known besides bodies, as JSON
 *     body           bytes: of the request, the primary, the shadow, the control, one after another
 *     end    closes
 */
import type { CapturedExchange, CapturedLeg } from '../model/exchange.ts';
import type { Ending } from '../model/outcome.ts';
import type { RouteRow } from '../model/route.ts';
import { writeBytes } from './copy-frames.ts';
import type { TapeWriter } from './writer.ts';

export const PAIR_FRAME = { open: 1, body: 2, end: 3, abandon: 4 } as const;

/** A captured exchange, and where it is counted. */
export interface Pair {
  readonly route: RouteRow;
  /** The number of its rehearsal. */
  readonly rehearsal: number;
  /** When it was written, on the clock that all threads share (`sharedClock`). */
  readonly writtenAt: number;
  /** Present when the exchange is already counted, and is only kept as an example. */
  readonly settled?: Ending;
  /** Present when the request was repeated to see whether a mismatch persists: the number of the repeat. It is counted nowhere. */
  readonly repeat?: number;
  readonly exchange: CapturedExchange;
}

/**
 * False when it doesn't fit; then the reader is told to drop what was written. `handOver` is called in the moment in which
 * the reader gets it.
 */
export function writePair(tape: TapeWriter, number: number, pair: Pair, handOver?: () => void): boolean {
  const bodies = bodiesOf(pair.exchange);
  const meta = Buffer.from(
    JSON.stringify({ ...pair, exchange: withoutBodies(pair.exchange), lengths: bodies.map((body) => body.length) }),
  );
  const at = tape.claimOpening(meta.length);
  if (at < 0) return false;
  tape.bytes.set(meta, at);
  tape.commit(PAIR_FRAME.open, number, meta.length);
  const written = bodies.every((body) => writeBytes(tape, PAIR_FRAME.body, number, body));
  tape.claimControl(0);
  if (written) tape.commit(PAIR_FRAME.end, number, 0, handOver);
  else tape.commit(PAIR_FRAME.abandon, number, 0);
  return written;
}

/** Whether the bodies of an exchange fit into the tape when it is empty. */
export function canHold(tape: TapeWriter, exchange: CapturedExchange): boolean {
  return bodiesOf(exchange).reduce((bytes, body) => bytes + body.length, 0) < tape.capacity;
}

/** Puts pairs together again. A tape carries one pair at a time. */
export class PairAssembler {
  #meta: (Pair & { lengths: number[] }) | undefined;
  #bodies: Buffer[] = [];

  /** The pair that this frame completes, if any. */
  take(kind: number, bytes: Buffer, start: number, end: number): Pair | undefined {
    switch (kind) {
      case PAIR_FRAME.open:
        this.#meta = JSON.parse(bytes.toString('utf8', start, end));
        this.#bodies = [];
        return undefined;
      case PAIR_FRAME.body:
        this.#bodies.push(Buffer.from(bytes.subarray(start, end)));
        return undefined;
      case PAIR_FRAME.end:
        return this.#complete();
      default:
        this.#meta = undefined;
        return undefined;
    }
  }

  #complete(): Pair | undefined {
    const meta = this.#meta;
    if (meta === undefined) return undefined;
    this.#meta = undefined;
    const { lengths, ...pair } = meta;
    return { ...pair, exchange: withBodies(pair.exchange, split(Buffer.concat(this.#bodies), lengths)) };
  }
}

function legsOf(exchange: CapturedExchange): CapturedLeg[] {
  const legs = [exchange.primary, exchange.shadow];
  return exchange.control === undefined ? legs : [...legs, exchange.control];
}

function bodiesOf(exchange: CapturedExchange): Uint8Array[] {
  return [exchange.request.body, ...legsOf(exchange).map((leg) => ('response' in leg ? leg.response.body : EMPTY))];
}

const EMPTY = new Uint8Array(0);

function withoutBodies(exchange: CapturedExchange): CapturedExchange {
  return withBodies(exchange, [EMPTY, EMPTY, EMPTY, EMPTY]);
}

function withBodies(exchange: CapturedExchange, bodies: readonly Uint8Array[]): CapturedExchange {
  const [request, primary, shadow, control] = bodies as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  return {
    ...exchange,
    request: { ...exchange.request, body: request },
    primary: withBody(exchange.primary, primary),
    shadow: withBody(exchange.shadow, shadow),
    ...(exchange.control === undefined ? {} : { control: withBody(exchange.control, control) }),
  };
}

function withBody(leg: CapturedLeg, body: Uint8Array): CapturedLeg {
  return 'response' in leg ? { ...leg, response: { ...leg.response, body } } : leg;
}

function split(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  let from = 0;
  return lengths.map((length) => {
    const part = bytes.subarray(from, from + length);
    from += length;
    return part;
  });
}
