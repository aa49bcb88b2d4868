/**
 * A sketch as bytes: for each bucket that is not empty, the distance from the previous one and its count, both as
 * LEB128 varints. A minute's sketch takes some hundred bytes.
 */
import { SKETCH_BUCKETS } from '../../lib/sketch.ts';

/** Undefined for an empty sketch. */
export function encodeSketch(counts: ArrayLike<number>): Uint8Array | undefined {
  const bytes: number[] = [];
  let last = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    if (counts[bucket] === 0) continue;
    pushVarint(bytes, bucket - last);
    pushVarint(bytes, counts[bucket]!);
    last = bucket;
  }
  return bytes.length === 0 ? undefined : Uint8Array.from(bytes);
}

/** Adds the counts of an encoded sketch to `counts`. */
export function addSketch(blob: Uint8Array, counts: Float64Array): void {
  let at = 0;
  let bucket = 0;
  while (at < blob.length) {
    bucket += varint();
    const count = varint();
    if (bucket < counts.length) counts[bucket]! += count;
  }

  function varint(): number {
    let value = 0;
    for (let scale = 1; at < blob.length; scale *= 128) {
      const byte = blob[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  }
}

export function mergeSketches(left: Uint8Array, right: Uint8Array): Uint8Array {
  const counts = new Float64Array(SKETCH_BUCKETS);
  addSketch(left, counts);
  addSketch(right, counts);
  return encodeSketch(counts) ?? left;
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
