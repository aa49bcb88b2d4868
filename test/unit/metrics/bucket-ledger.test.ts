import { expect, it } from 'vitest';
import { sketchCount, sketchQuantile } from '../../../src/lib/sketch.ts';
import { BucketLedger, sumOfBuckets, sumOfTimes } from '../../../src/metrics/bucket-ledger.ts';
import type { RouteRow } from '../../../src/model/route.ts';

const ledger = () => new BucketLedger(BucketLedger.allocate());
const ROW = 5 as RouteRow;
const bucket = (cells: Uint32Array, at: number) => [...cells.subarray(at * 4, at * 4 + 4)];

it('counts the requests of a bucket, those that failed, and those over the limits of the version that served', () => {
  const counted = ledger();
  counted.setSlot(ROW, 2);
  counted.setLimits(2, { slow: 110, tail: 1100 }, { slow: 100, tail: 1000 });
  counted.count(ROW, 7, 'candidate', false, 105);
  counted.count(ROW, 7, 'candidate', true, 1200);
  counted.count(ROW, 9999, 'production', false, 105);
  expect(bucket(counted.cells(2), 7)).toEqual([2, 1, 1, 1]);
  expect(bucket(counted.cells(2), 9999)).toEqual([1, 0, 1, 0]);
  expect(counted.cells(1).some((count) => count > 0)).toBe(false);
  expect(counted.cells(3).some((count) => count > 0)).toBe(false);
});

it('is read as the sum over threads, from memory that outlives them', () => {
  const memory = BucketLedger.allocate();
  const other = ledger();
  for (const each of [new BucketLedger(memory), other]) each.setSlot(ROW, 0);
  new BucketLedger(memory).count(ROW, 0, 'candidate', true, 1);
  new BucketLedger(memory).count(ROW, 0, 'candidate', false, 1);
  other.count(ROW, 0, 'production', false, 1);
  expect(bucket(sumOfBuckets([new BucketLedger(memory), other], 0), 0).slice(0, 2)).toEqual([3, 1]);
});

it('counts nothing for a route without a slot', () => {
  const counted = ledger();
  counted.setSlot(ROW, 0);
  counted.setSlot(ROW, undefined);
  counted.count(ROW, 0, 'candidate', true, 1);
  expect(counted.cells(0).some((count) => count > 0)).toBe(false);
});

it('keeps the times of what production served, to set the limits of both versions by', () => {
  const memory = BucketLedger.allocate();
  for (const each of [new BucketLedger(memory), new BucketLedger(memory)]) {
    each.setSlot(ROW, 1);
    each.count(ROW, 3, 'candidate', false, 500);
    each.count(ROW, 9_000, 'production', false, 20);
  }
  const other = ledger();
  other.setSlot(ROW, 1);
  other.count(ROW, 9_000, 'production', false, 20);
  const times = sumOfTimes([new BucketLedger(memory), other], 1);
  expect([sketchCount(times), sketchQuantile(times, 1)]).toEqual([3, expect.closeTo(20, 0)]);
  expect(sketchCount(sumOfTimes([other], 0))).toBe(0);
});

it('knows how long users of a route wait, as soon as that was said', () => {
  const counted = ledger();
  expect(counted.patience(ROW)).toBe(Number.POSITIVE_INFINITY);
  counted.setSlot(ROW, 1);
  expect(counted.patience(ROW)).toBe(Number.POSITIVE_INFINITY);
  counted.setPatience(1, 800);
  expect(counted.patience(ROW)).toBe(800);
  counted.setPatience(1, undefined);
  expect(counted.patience(ROW)).toBe(Number.POSITIVE_INFINITY);
});
