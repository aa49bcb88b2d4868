import { countBucket, sketchBucket } from '../lib/sketch.ts';
import type { DifferenceKind } from '../model/difference.ts';
import type { LegName, LegTiming } from '../model/exchange.ts';
import type { Crowding, LeftOutReason } from '../model/left-out.ts';
import type { Ending } from '../model/outcome.ts';
import type { PairCheck, Sign } from '../model/pair-signs.ts';
import { MAX_ROUTES, type RouteRow } from '../model/route.ts';
import type { InFlightAccount } from './in-flight-account.ts';
import { COUNT_CELLS, cell, ENDING_CELLS, ROUTE_CELLS } from './layout.ts';

/** An exchange that a thread has done with. */
export interface Settled {
  /** The account on which it is outstanding, and its row there. */
  readonly account: InFlightAccount;
  readonly owed: RouteRow;
  /** Absent: the request is counted elsewhere. */
  readonly request?: { readonly method: string; readonly code: number } | undefined;
}

/**
 * The numbers of one thread, in shared memory: only that thread writes, and main reads at any time. When a thread dies,
 * its successor continues the ledger, so that no count is ever lost. Cells are 32 bits wide and wrap; the reader takes
 * differences (see tally.ts).
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

  request(row: RouteRow, method: string, code: number, count = 1): void {
    this.#add(row, cell.request(method, code), count);
  }

  end(row: RouteRow, ending: Ending, count = 1): void {
    this.#add(row, cell.ending(ending), count);
  }

  /**
   * Counts the outcome of an exchange, and the request if it is not counted yet, and finishes it in the account. All of it or
   * nothing is done where the thread is ended meanwhile: V8 ends a thread only where a function or the next round of a
   * loop begins (not within plain stores to memory).
   */
  settle(row: RouteRow, ending: Ending, { account, owed, request }: Settled): void {
    const [end, counted] = [this.#index(row, cell.ending(ending)), this.#requestIndex(row, request)];
    const cells = this.#cells;
    const { done } = account;
    if (counted !== undefined) cells[counted] = cells[counted]! + 1;
    cells[end] = cells[end]! + 1;
    done[owed] = done[owed]! + 1;
  }

  /** The same for an exchange whose outcome another thread will decide: it is given to that one. */
  handOver(row: RouteRow, to: InFlightAccount, { account, owed, request }: Settled): void {
    const counted = this.#requestIndex(row, request);
    const cells = this.#cells;
    const { done } = account;
    const { given } = to;
    if (counted !== undefined) cells[counted] = cells[counted]! + 1;
    given[row] = given[row]! + 1;
    done[owed] = done[owed]! + 1;
  }

  /** A request that can't be in the sample because it lacks what `sampleBy` names. */
  keyless(row: RouteRow): void {
    this.#add(row, cell.keyless);
  }

  difference(row: RouteRow, kind: DifferenceKind): void {
    this.#add(row, cell.kind(kind));
  }

  leg(row: RouteRow, leg: LegName, timing: LegTiming): void {
    this.#add(row, cell.firstByte(leg) + sketchBucket(timing.firstByte));
    this.#add(row, cell.lastByte(leg) + sketchBucket(timing.lastByte));
  }

  /** Milliseconds, shadow minus control (primary where there is no control). */
  delta(row: RouteRow, milliseconds: number): void {
    if (milliseconds < 0) this.#add(row, cell.deltaBelow + sketchBucket(-milliseconds));
    else this.#add(row, cell.deltaAbove + sketchBucket(milliseconds));
  }

  /** A pair that is left out of the deltas. */
  leftOut(row: RouteRow, reason: LeftOutReason): void {
    this.#add(row, cell.leftOut(reason));
  }

  crowded(row: RouteRow, { reason, inFlight }: Crowding): void {
    this.leftOut(row, reason);
    this.#add(row, cell.crowds + countBucket(inFlight));
  }

  /** Counts a sign: the result of one check of a pair. */
  sign(row: RouteRow, check: PairCheck, sign: Sign): void {
    this.#add(row, cell.sign(check, sign));
  }

  /** The counts of a route's outcomes and differences so far. */
  findings(row: RouteRow): Uint32Array {
    return this.route(row).slice(ENDING_CELLS, COUNT_CELLS);
  }

  /** Takes over what another ledger has counted. */
  setFindings(row: RouteRow, findings: Uint32Array): void {
    this.route(row).set(findings, ENDING_CELLS);
  }

  /** A live view on a route's cells. */
  route(row: RouteRow): Uint32Array {
    return this.#cells.subarray(row * ROUTE_CELLS, (row + 1) * ROUTE_CELLS);
  }

  #requestIndex(row: RouteRow, request: Settled['request']): number | undefined {
    return request && this.#index(row, cell.request(request.method, request.code));
  }

  #index(row: RouteRow, at: number): number {
    return row * ROUTE_CELLS + at;
  }

  #add(row: RouteRow, at: number, count = 1): void {
    const index = this.#index(row, at);
    this.#cells[index] = this.#cells[index]! + count;
  }
}
