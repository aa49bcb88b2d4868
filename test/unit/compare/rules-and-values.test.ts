/** Every effect on every kind of value: what is no number, no time and no URL must be told, never thrown. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalNumber, isWithin } from '../../../src/compare/json/decimal.ts';
import { proposalText as propose } from '../../../src/compare/proposals/proposal-text.ts';
import { compileRule } from '../../../src/compare/rules/rule.ts';
import type { RuleEffect } from '../../../src/config/rule-types.ts';
import type { Difference } from '../../../src/model/difference.ts';
import { compareJson, comparePair, rule } from './pair.ts';
import { recordedJson } from './recorded-pair.ts';

/** Texts that begin like a number, or a time, and are none. */
const ALMOST = [
  '1.0-beta',
  '2.0-beta',
  '404 page not found',
  '3-deadbeef',
  '1e',
  '1e+',
  '-e1',
  '1e1e1',
  '0x1e',
  '1_000e3',
  '+1e5',
  '01e5',
  '.5e1',
  '5.e1',
  '1e5.5',
  '1e99999',
  `1e${'9'.repeat(2000)}`,
  '-',
  '',
  'NaN',
  'Infinity',
  '1E400',
  '5e-324',
  '١e٢',
  '2026-13-45T99:99:99Z',
  '/Date()/',
  '/Date(1e5)/',
  'http://[::1',
  '//',
  '%',
  '\u0000',
  '\ud800',
];

const EFFECTS: readonly RuleEffect[] = [
  { kind: 'ignore' },
  { kind: 'tolerance', amount: 0.5, relative: false },
  { kind: 'tolerance', amount: 1, relative: true },
  { kind: 'time', amount: 0 },
  ...(['uuid', 'timestamp', 'number', 'string', 'url', 'ip', 'token', 'any'] as const).map(
    (name): RuleEffect => ({ kind: 'class', class: name }),
  ),
  { kind: 'matches', pattern: '.*' },
  { kind: 'one_of', values: ALMOST },
  { kind: 'unordered' },
  { kind: 'key', key: 'id' },
  { kind: 'empty' },
  { kind: 'case' },
  { kind: 'unicode' },
  { kind: 'subset' },
  { kind: 'rename', to: 'w' },
  { kind: 'embedded' },
];

const text = fc.oneof(fc.constantFrom(...ALMOST), fc.stringMatching(/^-?\d[\de.+ -]*[a-z]*$/), fc.string());
const value = fc.oneof(
  text,
  fc.double(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(text, text),
);

it('every effect compiles, whatever text it holds', () => {
  for (const does of EFFECTS) expect(() => compileRule(rule({ path: '$.v', does }))).not.toThrow();
});

it('no effect throws on any value', () => {
  fc.assert(
    fc.property(fc.constantFrom(...EFFECTS), value, value, (does, left, right) => {
      compareJson({ v: left }, { v: right }, [{ path: '$.v', does }]);
      compareJson([left], [right], [{ path: '$[*]', does }]);
      for (const type of ['text/plain', 'text/csv', 'application/x-www-form-urlencoded', 'application/xml']) {
        const body = (each: unknown) => (typeof each === 'string' ? each : JSON.stringify(each));
        const rules = [rule({ path: '$', does }), rule({ header: 'x-a', does })];
        const side = (each: unknown) => ({ type, body: body(each), fields: ['X-A', body(each)] });
        comparePair(side(left), side(right), { rules });
      }
    }),
    { numRuns: 300 },
  );
});

const proposeRules = (differences: readonly Difference[]) => propose([{ ...recordedJson(1, 1), differences }]);

it('a proposal that can not be made is left out, and never fatal', () => {
  const shown = fc.option(
    fc.oneof(
      text,
      value.map((each) => JSON.stringify(each) ?? 'null'),
    ),
    { nil: undefined },
  );
  const difference = fc.record({
    path: fc.constantFrom('$.v', '$', 'line', 'bytes', 'header.x-a', 'header.set-cookie[a].path', 'status', "$['"),
    kind: fc.constantFrom('value', 'type', 'added', 'removed', 'header', 'status', 'moved', 'encoding'),
    left: shown,
    right: shown,
  });
  fc.assert(
    fc.property(fc.array(difference, { minLength: 1, maxLength: 5 }), (differences) => {
      expect(typeof proposeRules(differences as Difference[])).toBe('string');
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['1.0-beta', '2.0-beta', '3.0-beta'],
  ['404 page not found', '405 page not found', '3-deadbeef'],
])('texts that begin with a digit and hold an e are texts: %s', (one, two, three) => {
  const seen = (left: string, right: string): Difference => ({
    path: '$.v',
    kind: 'value',
    left: JSON.stringify(left),
    right: JSON.stringify(right),
  });
  expect(proposeRules([seen(one, two), seen(two, three), seen(three, one)])).toContain('oneOf: [');
});

it.each(ALMOST)('%j is written as it is, and is near nothing but itself, unless it is a number', (almost) => {
  expect(canonicalNumber(almost)).toBeTypeOf('string');
  expect(() => isWithin(almost, '1', 1, false)).not.toThrow();
});

it('a number may be written in any way in a set, and a text in one', () => {
  const does: RuleEffect = { kind: 'one_of', values: ['2.0-beta', '1e3'] };
  expect(compareJson({ v: '2.0-beta' }, { v: 1000.0 }, [{ path: '$.v', does }]).differences).toEqual([]);
  expect(compareJson({ v: '2.00-beta' }, { v: 1000.0 }, [{ path: '$.v', does }]).differences).toHaveLength(1);
});
