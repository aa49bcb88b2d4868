import { countBucket, sketchBucket } from '../lib/sketch.ts';
import type { DifferenceKind } from '../model/difference.ts';
import type { LegName, LegTiming } from '../model/exchange.ts';
import type { Crowding, LeftOutReason } from '../model/left-out.ts';
import type { Ending } from '../model/outcome.ts';
import type { PairCheck, Sign } from '../model/pair-signs.ts';
import { MAX_ROUTES } from '../model/route.ts';
import { COUNT_CELLS, cell, ENDING_CELLS, ROUTE_CELLS } from './layout.ts';

/**
 * The numbers of one thread, in shared memory: that thread alone writes, main reads whenever it likes. A thread that
 * dies leaves its ledger behind, and its successor goes on in it, so that no count is ever lost.
 * Cells are 32 bits wide and wrap; the reader takes differences (see tally.ts).
 */
export class Ledger {
  readonly #cells: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Uint32Array(memory);
  }

  /** Memory for `MAX_ROUTES` routes; only the pages of routes in use become resident. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(MAX_ROUTES * ROUTE_CELLS * Uint32Array.BYTES_PER_ELEMENT);
  }

  request(route: number, method: string, code: number, count = 1): void {
    this.#add(route, cell.request(method, code), count);
  }

  end(route: number, ending: Ending, count = 1): void {
    this.#add(route, cell.ending(ending), count);
  }

  /** A request that can't be in the sample, since it lacks what `sampleBy` names. */
  keyless(route: number): void {
    this.#add(route, cell.keyless);
  }

  difference(route: number, kind: DifferenceKind): void {
    this.#add(route, cell.kind(kind));
  }

  leg(route: number, leg: LegName, timing: LegTiming): void {
    this.#add(route, cell.firstByte(leg) + sketchBucket(timing.firstByte));
    this.#add(route, cell.lastByte(leg) + sketchBucket(timing.lastByte));
  }

  /** Milliseconds, shadow minus control (primary where there is no control). */
  delta(route: number, milliseconds: number): void {
    if (milliseconds < 0) this.#add(route, cell.deltaBelow + sketchBucket(-milliseconds));
    else this.#add(route, cell.deltaAbove + sketchBucket(milliseconds));
  }

  /** A pair that is no part of the deltas. */
  leftOut(route: number, reason: LeftOutReason): void {
    this.#add(route, cell.leftOut(reason));
  }

  crowded(route: number, { reason, inFlight }: Crowding): void {
    this.leftOut(route, reason);
    this.#add(route, cell.crowds + countBucket(inFlight));
  }

  /** What the two legs of a pair, held against each other, have shown. */
  sign(route: number, check: PairCheck, sign: Sign): void {
    this.#add(route, cell.sign(check, sign));
  }

  /** What became of a route's exchanges, and where they differed, as counted up to now. */
  findings(route: number): Uint32Array {
    return this.route(route).slice(ENDING_CELLS, COUNT_CELLS);
  }

  /** Takes over what another ledger has counted. */
  setFindings(route: number, findings: Uint32Array): void {
    this.route(route).set(findings, ENDING_CELLS);
  }

  /** A live view on a route's cells. */
  route(route: number): Uint32Array {
    return this.#cells.subarray(route * ROUTE_CELLS, (route + 1) * ROUTE_CELLS);
  }

  #add(route: number, at: number, count = 1): void {
    const index = route * ROUTE_CELLS + at;
    this.#cells[index] = this.#cells[index]! + count;
  }
}
