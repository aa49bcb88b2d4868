import { expect, test } from 'vitest';
import { ANSWER, answerOf, differingAnswer, SIZES } from '../../../bench/origin/answer.ts';

test('answers have exactly the bytes that a scenario names', () => {
  expect([ANSWER, ...SIZES.map((bytes) => answerOf(bytes))].map((answer) => answer.length)).toEqual([1024, ...SIZES]);
});

test('the two sides of the differing answer have another timestamp in any millisecond, and nothing else', () => {
  const [primary, shadow] = (['primary', 'shadow'] as const).map((side) => JSON.parse(differingAnswer(side, '999')));
  expect([primary.updatedAt, shadow.updatedAt]).toEqual(['2026-11-30T12:00:00.999Z', '2026-11-30T12:00:01.999Z']);
  expect({ ...shadow, updatedAt: primary.updatedAt }).toEqual(primary);
  expect(differingAnswer('primary', '000')).toHaveLength(1024);
});
