import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queueing } from '../../../src/mirror/queueing.ts';

type Copy = readonly [inFlight: number, took: number];

/** Of the last of these copies, those that are told to have waited for others. */
function waited(copies: readonly Copy[], last = copies.length): Copy[] {
  const queueing = new Queueing();
  return copies.filter(([inFlight, took], at) => {
    queueing.add(inFlight, took);
    return queueing.explains(inFlight, took) && at >= copies.length - last;
  });
}

/** `count` copies at once, of which a server makes `lanes` at a time, each in 20 ms. */
const burst = (count: number, lanes = 1): Copy[] =>
  Array.from({ length: count }, (_, at) => [at + 1, 20 * (Math.floor(at / lanes) + 1)]);
const times = (count: number, copies: readonly Copy[]): Copy[] => Array.from({ length: count }, () => copies).flat();

describe('a target that does one copy at a time', () => {
  it('made all wait but the first of a burst, from the second burst on', () => {
    expect(waited(times(10, burst(40)), 40)).toEqual(burst(40).slice(1));
  });

  it('is found out within the first burst', () => {
    expect(waited(burst(40))).toEqual(burst(40).slice(7));
  });

  it('is found out where a burst comes before the one before it is done, too', () => {
    const backlog: Copy[] = times(400, [[40, 800]]);
    expect(waited([...burst(40), ...backlog], 400)).toHaveLength(400);
  });

  it('is found out with two at a time, and with times that vary', () => {
    expect(waited(times(5, burst(40, 2)), 40)).toHaveLength(39);
    const uneven = burst(40).map(([inFlight, took], at): Copy => [inFlight, took * (1 + ((at * 7) % 10) / 20)]);
    expect(waited(times(5, uneven), 40).length).toBeGreaterThan(35);
  });
});

describe('a target that is slow by itself', () => {
  it('makes nobody wait, however many are in flight', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 300 }), (numbers) => {
        expect(waited(numbers.map((inFlight) => [inFlight, 500]))).toEqual([]);
      }),
    );
  });

  it('makes nobody wait where always as many are in flight, whatever they take', () => {
    const varying = Array.from({ length: 500 }, (_, at): Copy => [40, 100 + ((at * 37) % 101) / 3]);
    expect(waited(varying)).toEqual([]);
  });

  it('makes nobody wait where its routes take different times', () => {
    const mixed = Array.from({ length: 300 }, (_, at): Copy => [1 + ((at * 13) % 20), at % 3 === 0 ? 500 : 20]);
    expect(waited(mixed)).toEqual([]);
  });

  it('makes nobody wait where being one of many costs a little', () => {
    const costing = times(10, burst(40)).map(([inFlight]): Copy => [inFlight, 20 + inFlight / 5]);
    expect(waited(costing)).toEqual([]);
  });

  it('has not begun to queue where it became slow under steady load, once that is some time ago', () => {
    const steady = (inFlight: number, took: number) =>
      Array.from({ length: 3_000 }, (_, at): Copy => [inFlight + ((at * 7) % 5), took + ((at * 3) % 11)]);
    expect(waited([...steady(2, 20), ...steady(50, 500)], 300)).toEqual([]);
  });
});

it('a few copies tell nothing', () => {
  expect(waited(burst(7))).toEqual([]);
});
