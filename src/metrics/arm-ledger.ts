import { SKETCH_BUCKETS, sketchBucket } from '../lib/sketch.ts';
import { ARMS, type Arm } from '../model/arm.ts';
import { MAX_ROUTES, type RouteRow } from '../model/route.ts';

/**
 * How a request ended for its user. `error`: with a status of 5xx, or without a whole response. `aborted`: the user left
 * before the response was complete, as users of a hanging version do.
 */
export const USER_RESULTS = ['answered', 'error', 'aborted'] as const;

export type UserResult = (typeof USER_RESULTS)[number];

const FALLBACKS = USER_RESULTS.length;
const LATENCY = FALLBACKS + 1;
const ARM_CELLS = LATENCY + SKETCH_BUCKETS;

/** What the requests of one arm came to, since the start. */
export interface ArmCounts extends Readonly<Record<UserResult, number>> {
  /** Requests that the new version could not take, so that production served them. They have a result as well. */
  readonly fallbacks: number;
  /** A sketch of the times to the last byte of whole responses, without fallbacks (see lib/sketch.ts). */
  readonly latency: Float64Array;
}

/**
 * What users of each arm got from one edge thread, by the row of the configured route. In shared memory: the thread
 * writes, main reads, and the counts outlive the thread. They are doubles, which do not wrap.
 */
export class ArmLedger {
  readonly #cells: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Float64Array(memory);
  }

  /** Only the pages of rows in use become resident. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(MAX_ROUTES * ARMS.length * ARM_CELLS * Float64Array.BYTES_PER_ELEMENT);
  }

  end(row: RouteRow, arm: Arm, result: UserResult): void {
    this.#add(row, arm, USER_RESULTS.indexOf(result));
  }

  fallback(row: RouteRow, arm: Arm): void {
    this.#add(row, arm, FALLBACKS);
  }

  /** Milliseconds from the request sent to the last byte of the response. */
  latency(row: RouteRow, arm: Arm, milliseconds: number): void {
    this.#add(row, arm, LATENCY + sketchBucket(milliseconds));
  }

  /** A live view. */
  cells(row: RouteRow, arm: Arm): Float64Array {
    const at = offset(row, arm);
    return this.#cells.subarray(at, at + ARM_CELLS);
  }

  #add(row: RouteRow, arm: Arm, cell: number): void {
    const at = offset(row, arm) + cell;
    this.#cells[at] = this.#cells[at]! + 1;
  }
}

/** The sum over threads and rows. */
export function sumOfArms(ledgers: readonly ArmLedger[], rows: readonly RouteRow[]): Readonly<Record<Arm, ArmCounts>> {
  const sum = (arm: Arm): ArmCounts => {
    const cells = new Float64Array(ARM_CELLS);
    for (const ledger of ledgers) for (const row of rows) addTo(cells, ledger.cells(row, arm));
    const [answered = 0, error = 0, aborted = 0] = cells;
    return { answered, error, aborted, fallbacks: cells[FALLBACKS]!, latency: cells.subarray(LATENCY) };
  };
  return {
    candidate: sum('candidate'),
    slice: sum('slice'),
    rest: sum('rest'),
    chosen: sum('chosen'),
    test: sum('test'),
  };
}

function addTo(sums: Float64Array, cells: Float64Array): void {
  // Most rows have none of most arms.
  if (USER_RESULTS.every((_, result) => cells[result] === 0)) return;
  for (let at = 0; at < ARM_CELLS; at++) sums[at]! += cells[at]!;
}

function offset(row: RouteRow, arm: Arm): number {
  return (row * ARMS.length + ARMS.indexOf(arm)) * ARM_CELLS;
}
