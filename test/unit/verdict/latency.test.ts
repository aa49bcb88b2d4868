import { describe, expect, it } from 'vitest';
import { isSlower, LatencyPairs } from '../../../src/verdict/latency.ts';

const MARGIN = { margin: 0.05, floor: 1 };

/** Behind the warm-up, in which the slowest response of the other leg took 40 ms: the tail begins at 60 ms. */
function warm(): LatencyPairs {
  const pairs = new LatencyPairs(MARGIN);
  for (let pair = 0; pair < 100; pair++) expect(pairs.signsOf(500, pair === 50 ? 40 : 20)).toEqual({});
  return pairs;
}

it.each([
  [21, 20, false],
  [21.5, 20, true],
  [104.9, 100, false],
  [105.1, 100, true],
  [0.9, 0.1, false],
  [1.2, 0.1, true],
])('%f ms is slower than %f ms: %s', (shadow, other, expected) => {
  expect(isSlower(shadow, other, MARGIN)).toBe(expected);
});

describe('of a pair that is complete', () => {
  it.each([
    [20, 20, { slower: 'better' }],
    [30, 20, { slower: 'worse' }],
    [70, 20, { slower: 'worse', tail: 'worse' }],
    [20, 70, { slower: 'better', tail: 'better' }],
    [300, 90, { slower: 'worse' }],
  ])('%d ms against %d ms: %j', (shadow, other, signs) => {
    expect(warm().signsOf(shadow, other)).toEqual(signs);
  });
});

describe("a leg that reached the mirror's limit", () => {
  it('is slower where the other had answered much earlier', () => {
    expect(warm().signsOf(5_000, 20, 'shadow')).toEqual({ slower: 'worse', tail: 'worse' });
  });

  it('tells nothing where the other was about as slow', () => {
    expect(warm().signsOf(5_000, 4_900, 'shadow')).toEqual({});
    expect(warm().signsOf(55, 54, 'shadow')).toEqual({});
  });

  it('is no better where it is of the other leg and the shadow was slower still', () => {
    expect(warm().signsOf(5_200, 5_000, 'other')).toEqual({});
    expect(warm().signsOf(20, 5_000, 'other')).toEqual({ slower: 'better', tail: 'better' });
  });
});
