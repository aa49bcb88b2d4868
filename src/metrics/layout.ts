/**
 * Where a route's numbers lie in a ledger: one block of cells per route. All counts per request are kept here only. So
 * a counter costs one memory write, needs no message, and outlives its thread.
 */
import { COUNT_BUCKETS, SKETCH_BUCKETS } from '../lib/sketch.ts';
import { DIFFERENCE_KINDS, type DifferenceKind } from '../model/difference.ts';
import { LEGS, type LegName } from '../model/exchange.ts';
import { LEFT_OUT_REASONS, type LeftOutReason } from '../model/left-out.ts';
import { ENDINGS, type Ending } from '../model/outcome.ts';
import { PAIR_CHECKS, type PairCheck, SIGNS, type Sign, type SignCounts } from '../model/pair-signs.ts';

export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'other',
] as const;
const FIRST_CODE = 100;
/** 100 … 599, then one for everything else and for clients that got no response, shown as `none`. */
const CODES = 501;

const requests = 0;
const endings = requests + METHODS.length * CODES;
const kinds = endings + ENDINGS.length;
const keyless = kinds + DIFFERENCE_KINDS.length;
const firstByte = keyless + 1;
/** The number of cells before the sketches, and where among them the cells that don't count requests begin. */
export const COUNT_CELLS = firstByte;
export const ENDING_CELLS = endings;
const lastByte = firstByte + LEGS.length * SKETCH_BUCKETS;
const deltaBelow = lastByte + LEGS.length * SKETCH_BUCKETS;
const deltaAbove = deltaBelow + SKETCH_BUCKETS;
const leftOut = deltaAbove + SKETCH_BUCKETS;
const crowds = leftOut + LEFT_OUT_REASONS.length;
const signs = crowds + COUNT_BUCKETS;
export const ROUTE_CELLS = signs + PAIR_CHECKS.length * SIGNS.length;

const endingIndex = new Map(ENDINGS.map((ending, index) => [ending, index]));
const kindIndex = new Map(DIFFERENCE_KINDS.map((kind, index) => [kind, index]));
const methodIndex = new Map<string, number>(METHODS.map((method, index) => [method, index]));

/** Offsets of single cells within a route's block. */
export const cell = {
  request: (method: string, code: number): number =>
    requests +
    (methodIndex.get(method) ?? METHODS.length - 1) * CODES +
    (code >= FIRST_CODE && code < FIRST_CODE + CODES - 1 ? code - FIRST_CODE : CODES - 1),
  ending: (ending: Ending): number => endings + endingIndex.get(ending)!,
  kind: (kind: DifferenceKind): number => kinds + kindIndex.get(kind)!,
  keyless,
  firstByte: (leg: LegName): number => firstByte + LEGS.indexOf(leg) * SKETCH_BUCKETS,
  lastByte: (leg: LegName): number => lastByte + LEGS.indexOf(leg) * SKETCH_BUCKETS,
  deltaBelow,
  deltaAbove,
  leftOut: (reason: LeftOutReason): number => leftOut + LEFT_OUT_REASONS.indexOf(reason),
  crowds,
  sign: (check: PairCheck, sign: Sign): number =>
    signs + PAIR_CHECKS.indexOf(check) * SIGNS.length + SIGNS.indexOf(sign),
} as const;

/** Named access to a route's numbers: a view on any block of cells, live or summed. */
export class RouteCounts {
  readonly cells: Uint32Array | Float64Array;

  constructor(cells: Uint32Array | Float64Array) {
    this.cells = cells;
  }

  /** The sum of the two, as a new block. */
  plus({ cells }: RouteCounts): RouteCounts {
    const sums = Float64Array.from(this.cells);
    for (let at = 0; at < ROUTE_CELLS; at++) sums[at]! += cells[at]!;
    return new RouteCounts(sums);
  }

  *requests(): Generator<{ method: string; code: string; count: number }> {
    for (let index = 0; index < METHODS.length * CODES; index++) {
      const count = this.cells[requests + index]!;
      if (count === 0) continue;
      const code = index % CODES;
      yield {
        method: METHODS[Math.floor(index / CODES)]!,
        code: code === CODES - 1 ? 'none' : String(code + FIRST_CODE),
        count,
      };
    }
  }

  *endings(): Generator<{ ending: Ending; count: number }> {
    for (let index = 0; index < ENDINGS.length; index++) {
      const count = this.cells[endings + index]!;
      if (count > 0) yield { ending: ENDINGS[index]!, count };
    }
  }

  *kinds(): Generator<{ kind: DifferenceKind; count: number }> {
    for (let index = 0; index < DIFFERENCE_KINDS.length; index++) {
      const count = this.cells[kinds + index]!;
      if (count > 0) yield { kind: DIFFERENCE_KINDS[index]!, count };
    }
  }

  /** Requests that were not sampled because they lack what `sampleBy` names. */
  get keyless(): number {
    return this.cells[keyless]!;
  }

  get requestTotal(): number {
    return sum(this.cells, requests, endings);
  }

  get endingTotal(): number {
    return sum(this.cells, endings, kinds);
  }

  /** Sketches, as views on the cells (see lib/sketch.ts). */
  firstByte(leg: LegName): Uint32Array | Float64Array {
    return this.#sketch(cell.firstByte(leg));
  }

  lastByte(leg: LegName): Uint32Array | Float64Array {
    return this.#sketch(cell.lastByte(leg));
  }

  /** Magnitudes of the deltas below zero (the shadow was faster). */
  get deltaBelow(): Uint32Array | Float64Array {
    return this.#sketch(deltaBelow);
  }

  get deltaAbove(): Uint32Array | Float64Array {
    return this.#sketch(deltaAbove);
  }

  /** Pairs that are left out of the deltas. */
  leftOut(reason: LeftOutReason): number {
    return this.cells[cell.leftOut(reason)]!;
  }

  /** A sketch of the numbers of copies in flight, for pairs that were left out because copies delayed each other. */
  get crowds(): Uint32Array | Float64Array {
    return this.cells.subarray(crowds, crowds + COUNT_BUCKETS);
  }

  signs(check: PairCheck): SignCounts {
    return { worse: this.cells[cell.sign(check, 'worse')]!, better: this.cells[cell.sign(check, 'better')]! };
  }

  #sketch(at: number): Uint32Array | Float64Array {
    return this.cells.subarray(at, at + SKETCH_BUCKETS);
  }
}

function sum(cells: ArrayLike<number>, from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index++) total += cells[index]!;
  return total;
}
