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

/** Adds the counts of an encoded sketch to `counts`. Nearly every varint is one byte: others are read apart. */
export function addSketch(blob: Uint8Array, counts: Float64Array): void {
  const { length } = blob;
  let at = 0;
  let bucket = 0;
  while (at < length) {
    let distance = blob[at++]!;
    if (distance >= 128) {
      distance = varintIn(blob, at - 1);
      at = endOfVarint(blob, at);
    }
    bucket += distance;
    let count = at < length ? blob[at++]! : 0;
    if (count >= 128) {
      count = varintIn(blob, at - 1);
      at = endOfVarint(blob, at);
    }
    if (bucket < counts.length) counts[bucket]! += count;
  }
}

function varintIn(blob: Uint8Array, from: number): number {
  let value = 0;
  let scale = 1;
  for (let at = from; at < blob.length; at++) {
    const byte = blob[at]!;
    value += (byte & 127) * scale;
    if (byte < 128) break;
    scale *= 128;
  }
  return value;
}

/** @param at after its first byte */
function endOfVarint(blob: Uint8Array, at: number): number {
  let end = at;
  while (end < blob.length && blob[end]! >= 128) end++;
  return end + 1;
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
