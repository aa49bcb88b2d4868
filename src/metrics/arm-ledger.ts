import { SKETCH_BUCKETS, sketchBucket } from '../lib/sketch.ts';
import { ARMS, type Arm } from '../model/arm.ts';
import { MAX_ROUTES, type RouteRow } from '../model/route.ts';

/**
 * How a request ended for its user. `error`: with a status of 5xx, or without a whole response. `aborted`: the user left
 * before the response was complete. `unanswered`: the user left before any of it came, after longer than anybody should
 * wait, as users of a hanging version do.
 */
export const USER_RESULTS = ['answered', 'error', 'aborted', 'unanswered'] as const;

export type UserResult = (typeof USER_RESULTS)[number];

const FALLBACKS = USER_RESULTS.length;
const FAILED = FALLBACKS + 1;
const LATENCY = FAILED + 1;
const ARM_CELLS = LATENCY + SKETCH_BUCKETS;

/** What the requests of one arm came to, since the start. */
export interface ArmCounts extends Readonly<Record<UserResult, number>> {
  /** Requests that the new version could not take, so that production served them. They have a result as well. */
  readonly fallbacks: number;
  /** Errors, unanswered requests and fallbacks. A fallback whose user got an error counts once. */
  readonly failed: number;
  /** A sketch of the times to the last byte of whole responses, without fallbacks (see lib/sketch.ts). */
  readonly latency: Float64Array;
}

export type CountsByArm = Readonly<Record<Arm, ArmCounts>>;

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

  failure(row: RouteRow, arm: Arm): void {
    this.#add(row, arm, FAILED);
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
export function sumOfArms(ledgers: readonly ArmLedger[], rows: readonly RouteRow[]): CountsByArm {
  return byArm((arm) => {
    const cells = new Float64Array(ARM_CELLS);
    for (const ledger of ledgers) for (const row of rows) addTo(cells, ledger.cells(row, arm));
    const [answered = 0, error = 0, aborted = 0, unanswered = 0, fallbacks = 0, failed = 0] = cells;
    return { answered, error, aborted, unanswered, fallbacks, failed, latency: cells.subarray(LATENCY) };
  });
}

/** What both came to together. */
export function together(one: CountsByArm, other: CountsByArm): CountsByArm {
  return byArm((arm) => combined(one[arm], other[arm], 1));
}

/** What came between the two. */
export function since(before: CountsByArm, now: CountsByArm): CountsByArm {
  return byArm((arm) => combined(now[arm], before[arm], -1));
}

function byArm(of: (arm: Arm) => ArmCounts): CountsByArm {
  return {
    candidate: of('candidate'),
    slice: of('slice'),
    rest: of('rest'),
    chosen: of('chosen'),
    test: of('test'),
  };
}

function combined(one: ArmCounts, other: ArmCounts, sign: 1 | -1): ArmCounts {
  const of = (count: Exclude<keyof ArmCounts, 'latency'>) => one[count] + sign * other[count];
  return {
    answered: of('answered'),
    error: of('error'),
    aborted: of('aborted'),
    unanswered: of('unanswered'),
    fallbacks: of('fallbacks'),
    failed: of('failed'),
    latency: one.latency.map((counted, at) => counted + sign * other.latency[at]!),
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
