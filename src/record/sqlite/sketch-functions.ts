import type { DatabaseSync } from 'node:sqlite';
import { SKETCH_BUCKETS } from '../../lib/sketch.ts';
import { addSketch, encodeSketch, mergeSketches } from './sketch-blob.ts';

/** Adds the functions `merge_sketches(one, other)` and `sum_sketches(each)` to a database. */
export function addSketchFunctions(db: DatabaseSync): void {
  db.function('merge_sketches', { deterministic: true }, (left, right) =>
    mergeSketches(left as Uint8Array, right as Uint8Array),
  );
  db.aggregate('sum_sketches', {
    start: () => new Float64Array(SKETCH_BUCKETS) as never,
    step: (sum, blob) => {
      addSketch(blob as Uint8Array, sum as never);
      return sum;
    },
    result: (sum) => encodeSketch(sum as never) ?? new Uint8Array(),
  });
}
