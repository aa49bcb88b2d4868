import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameFields } from '../../../src/mirror/equality.ts';

const IGNORED = new Set(['date', 'x-id']);
const without = (fields: readonly string[]) =>
  fields.flatMap((name, at) => (at % 2 === 1 || IGNORED.has(name.toLowerCase()) ? [] : [name, fields[at + 1]!]));

test.each([
  [['A', '1', 'Date', 'x'], ['A', '1', 'Date', 'y'], true],
  [['Date', 'x', 'A', '1'], ['A', '1'], true],
  [['A', '1'], ['X-Id', '1', 'date', 'y', 'A', '1'], true],
  [['A', '1'], ['a', '1'], false],
  [['A', '1', 'B', '2'], ['B', '2', 'A', '1'], false],
  [['A', '1'], ['A', '1', 'A', '1'], false],
  [[], ['Date', 'x'], true],
])('%j and %j without what is ignored are the same: %s', (left, right, expected) => {
  expect(sameFields(left, right, IGNORED)).toBe(expected);
});

test('fields are the same where they are when what is ignored is taken out', () => {
  const field = fc.tuple(fc.constantFrom('A', 'B', 'Date', 'X-Id'), fc.constantFrom('1', '2'));
  const fields = fc.array(field, { maxLength: 5 }).map((pairs) => pairs.flat());
  fc.assert(
    fc.property(fields, fields, (left, right) => {
      const expected = JSON.stringify(without(left)) === JSON.stringify(without(right));
      expect(sameFields(left, right, IGNORED)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
