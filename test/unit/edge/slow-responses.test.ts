import { expect, test } from 'vitest';
import { SlowResponses } from '../../../src/edge/slow-responses.ts';

/** What a window of so many responses says: `slow` of 201 ms, `half` of 101 ms, the others of 100 ms; limit 200 ms. */
function said({ slow = 0, half = 0, others = 0 }, after = 1_000) {
  const responses = new SlowResponses(200, 0);
  for (let count = 0; count < slow; count++) responses.add(201);
  for (let count = 0; count < half; count++) responses.add(101);
  for (let count = 0; count < others; count++) responses.add(100);
  return responses.take(after)?.says;
}

test('more than one slow response in a hundred is over the limit', () => {
  expect(said({ slow: 2, others: 98 })).toBe('over');
  expect(said({ slow: 1, others: 99 })).toBe('calm');
  expect(said({ slow: 10, others: 990 })).toBe('calm');
  expect(said({ slow: 11, others: 990 })).toBe('over');
});

test('only responses within half of the limit are calm', () => {
  expect(said({ slow: 1, half: 1, others: 98 })).toBe('between');
  expect(said({ half: 1, others: 99 })).toBe('calm');
  expect(said({ half: 100 })).toBe('between');
});

test('fewer than a hundred responses say nothing for a minute, and then what they can', () => {
  expect(said({ slow: 99 }, 59_999)).toBeUndefined();
  expect(said({ slow: 99 }, 60_000)).toBe('over');
  expect(said({ slow: 1, others: 5 }, 60_000)).toBe('calm');
  expect(said({}, 60_000)).toBe('calm');
});

test('each window begins where the one before ended, with nothing', () => {
  const responses = new SlowResponses(200, 0);
  for (let count = 0; count < 100; count++) responses.add(500);
  expect(responses.take(3_000)).toEqual({ says: 'over', from: 0, responses: 100, slow: 100 });
  expect(responses.take(4_000)).toBeUndefined();
  for (let count = 0; count < 100; count++) responses.add(5);
  expect(responses.take(5_000)).toEqual({ says: 'calm', from: 3_000, responses: 100, slow: 0 });
});
