import { expect, test } from 'vitest';
import { newTraceparent, withOwnSpan } from '../../../src/lib/trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test('a new trace is random, sampled, and of the form of version 00', () => {
  const made = Array.from({ length: 1000 }, newTraceparent);
  expect(made.filter((value) => !/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(value))).toEqual([]);
  expect(new Set(made.map((value) => value.slice(3, 35))).size).toBe(1000);
  expect(new Set(made.map((value) => value.slice(36, 52))).size).toBe(1000);
});

test.each([
  [`00-${TRACE}-`, '-01'],
  [`00-${TRACE}-`, '-00'],
  [`cc-${TRACE}-`, '-01-what a later version adds'],
  [`00-${TRACE.toUpperCase()}-`, '-01'],
])('%s…%s gets a span of its own, and nothing else changes', (before, after) => {
  const changed = withOwnSpan(`${before}${SPAN}${after}`);
  const found = new RegExp(`^${before}([0-9a-f]{16})${after}$`).exec(changed)?.[1];
  expect(found).toBeDefined();
  expect(found).not.toBe(SPAN);
});

test.each([
  ['nothing', ''],
  ['nonsense', 'nonsense'],
  ['an invalid version', `ff-${TRACE}-${SPAN}-01`],
  ['a span that is too long', `00-${TRACE}-${SPAN}0-01`],
  ['white space in front', ` 00-${TRACE}-${SPAN}-01`],
])('%s stays as it is', (_what, value) => {
  expect(withOwnSpan(value)).toBe(value);
});
