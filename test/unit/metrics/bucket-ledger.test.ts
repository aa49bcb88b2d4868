import { expect, it } from 'vitest';
import { BucketLedger, sumOfBuckets } from '../../../src/metrics/bucket-ledger.ts';
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
