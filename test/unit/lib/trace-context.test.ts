import { expect, test } from 'vitest';
import { newTraceparent, withOwnSpan } from '../../../src/lib/trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const head = (...lines: string[]) => ['GET /traceparent HTTP/1.1', 'Host: a', ...lines, 'B: c', '', ''].join('\r\n');

test('a new trace is random, sampled, and of the form of version 00', () => {
  const made = Array.from({ length: 1000 }, newTraceparent);
  expect(made.filter((value) => !/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(value))).toEqual([]);
  expect(new Set(made.map((value) => value.slice(3, 35))).size).toBe(1000);
  expect(new Set(made.map((value) => value.slice(36, 52))).size).toBe(1000);
});

test.each([
  ['traceparent', `00-${TRACE}-`, '-01'],
  ['Traceparent', `00-${TRACE}-`, '-00'],
  ['traceparent', `cc-${TRACE}-`, '-01-what a later version adds'],
])('%s: %s…%s gets a span of its own, and nothing else changes', (name, before, after) => {
  const changed = withOwnSpan(head(`${name}: ${before}${SPAN}${after}`));
  const found = new RegExp(`\\r\\n${name}: ${before}([0-9a-f]{16})${after}\\r\\n`).exec(changed)?.[1];
  expect(found).toBeDefined();
  expect(found).not.toBe(SPAN);
  expect(changed.replace(found!, SPAN)).toBe(head(`${name}: ${before}${SPAN}${after}`));
});

test.each([
  ['none', []],
  ['nonsense', ['traceparent: nonsense']],
  ['an invalid version', [`traceparent: ff-${TRACE}-${SPAN}-01`]],
  ['a span that is too long', [`traceparent: 00-${TRACE}-${SPAN}0-01`]],
  ['another field', [`x-traceparent: 00-${TRACE}-${SPAN}-01`]],
])('a head with %s stays as it is', (_what, lines) => {
  expect(withOwnSpan(head(...lines))).toBe(head(...lines));
});
