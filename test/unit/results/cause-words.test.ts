import { expect, test } from 'vitest';
import { causeInWords, causeTitle } from '../../../src/results/cause-words.ts';

const seen = { count: 3 };
const cause = { ending: 'mismatch', places: [], statuses: [{ primary: 200, shadow: 500 }] } as const;

test.each([
  [{ ...cause, places: [{ path: '$.total', kind: 'value', ...seen }] }, '$.total has another value'],
  [{ ...cause, places: [{ path: 'header.etag', kind: 'header', ...seen }] }, 'header.etag differs'],
  [{ ...cause, places: [{ path: 'status', kind: 'status', ...seen }] }, 'The status is 200 → 500'],
  [{ ...cause, places: [{ path: 'line', kind: 'added', ...seen }] }, 'A line of the body is in the shadow alone'],
  [{ ...cause, places: [{ path: 'bytes', kind: 'bytes', ...seen }] }, 'The body differs in its bytes'],
  [{ ...cause, ending: 'shadow_unreachable' }, 'The shadow could not be reached'],
  [{ ...cause, ending: 'shadow_invalid' }, 'The shadow’s answer is no valid HTTP'],
] as const)('a cause is told by its gravest place, or by how the shadow failed: %#', (told, words) => {
  expect(causeTitle(told)).toBe(words);
  expect(causeInWords(told).toLowerCase()).toBe(words.toLowerCase());
});
