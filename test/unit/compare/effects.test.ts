import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../src/compare/comparator.ts';
import type { RuleEffect } from '../../../src/config/rule-types.ts';
import { compareJson, comparePair, defaults, lines, rule } from './pair.ts';

type Case = readonly [does: RuleEffect, left: unknown, right: unknown, accepted: boolean];

const as = (name: Extract<RuleEffect, { kind: 'class' }>['class']): RuleEffect => ({ kind: 'class', class: name });
const within = (amount: number): RuleEffect => ({ kind: 'time', amount });
const matches = (pattern: string): RuleEffect => ({ kind: 'matches', pattern });
const oneOf = (...values: string[]): RuleEffect => ({ kind: 'one_of', values });
const empty: RuleEffect = { kind: 'empty' };
const caseless: RuleEffect = { kind: 'case' };
const unicode: RuleEffect = { kind: 'unicode' };
const subset: RuleEffect = { kind: 'subset' };

const UUID = '0b4ec1a4-3f3b-4c0e-9d0c-0a6f2f3b1c11';
const OTHER_UUID = '018f4e3c-7a51-7cc2-8a90-5b6f0e1d2c3b';

function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    it.each(cases)('%j: %j against %j, accepted: %s', (does, left, right, accepted) => {
      const sides = (value: unknown) => (value === undefined ? {} : { v: value });
      const comparison = compareJson(sides(left), sides(right), [{ path: '$.v', does }]);
      expect(comparison.differences.length === 0).toBe(accepted);
      expect(comparison.accepted.length > 0).toBe(accepted);
      expect(comparison.applied).toEqual(accepted ? [0] : []);
    });
  });
}

table('a class', [
  [as('uuid'), UUID, OTHER_UUID, true],
  [as('uuid'), UUID, 'none', false],
  [as('uuid'), UUID, null, false],
  [as('uuid'), UUID, undefined, false],
  [as('timestamp'), '2026-11-22T10:00:00Z', '2026-11-22T11:59:59.123+02:00', true],
  [as('timestamp'), 1795341600, 1795341601, true],
  [as('timestamp'), '2026-11-22T10:00:00Z', 1795341600, false],
  [as('timestamp'), '2026-11-22', 'yesterday', false],
  [as('number'), 1, 2.5, true],
  [as('number'), '1', '2e5', true],
  [as('number'), 1, '2', false],
  [as('string'), 'a', 'b', true],
  [as('string'), 'a', 1, false],
  [as('url'), 'https://a.example/1', 'https://b.example/2', true],
  [as('url'), 'https://a.example/1', 'not a url', false],
  [as('ip'), '10.0.0.1', 'fe80::1', true],
  [as('ip'), '10.0.0.1', '10.0.0.256', false],
  [as('token'), 'abcDEF123_-', 'ZZZ.yyy.111', true],
  [as('token'), 'abcDEF123_-', 'two words', false],
  [as('any'), 1, 'a', true],
  [as('any'), 1, [1], true],
  [as('any'), 1, undefined, false],
]);

table('a time', [
  [within(2000), '2026-11-22T10:00:00Z', '2026-11-22T10:00:02Z', true],
  [within(2000), '2026-11-22T10:00:00Z', '2026-11-22T10:00:02.001Z', false],
  [within(2000), '2026-11-22T10:00:00+01:00', '2026-11-22T09:00:01Z', true],
  [within(2000), '2026-11-22 10:00:00', '2026-11-22T10:00:01', true],
  [within(2000), 1795341600000, 1795341601999, true],
  [within(2000), 1795341600, 1795341603, false],
  [within(2000), 'Sun, 22 Nov 2026 10:00:00 GMT', 'Sun, 22 Nov 2026 10:00:01 GMT', true],
  [within(2000), '2026-13-22T10:00:00Z', '2026-13-22T10:00:01Z', false],
]);

table('a regular expression that matches all of both texts', [
  [matches('v\\d+'), 'v1', 'v22', true],
  [matches('v\\d+'), 'v1', 'v22x', false],
  [matches('\\d'), 1, 2, true],
  [matches('(a+)+b'), `${'a'.repeat(5000)}c`, 'ab', false],
]);

table('a set of values', [
  [oneOf('open', 'new'), 'open', 'new', true],
  [oneOf('open', 'new'), 'open', 'closed', false],
  [oneOf('1', '2'), 1.0, 2, true],
  [oneOf('null', 'open'), null, 'open', true],
]);

table('missing, null and empty as one', [
  [empty, null, undefined, true],
  [empty, undefined, '', true],
  [empty, [], null, true],
  [empty, {}, '', true],
  [empty, null, 0, false],
  [empty, undefined, [1], false],
]);

table('texts that are the same when folded', [
  [caseless, 'ABC', 'abc', true],
  [caseless, 'ABC', 'abd', false],
  [unicode, '\u00e9', 'e\u0301', true],
  [unicode, '\u00e9', 'e', false],
]);

table('extra members', [
  [subset, { a: 1 }, { a: 1, b: 2 }, true],
  [subset, { a: { c: 1 } }, { a: { c: 1, d: 1 } }, true],
  [subset, { a: 1, b: 2 }, { a: 1 }, false],
  [subset, [1], [1, 2], false],
]);

describe('a rename', () => {
  const rename: RuleEffect = { kind: 'rename', to: 'fullName' };

  it('compares a member with the one that has its new name', () => {
    const { differences, accepted, applied } = compareJson(
      { user: { name: 'Ann', age: 1 } },
      { user: { age: 1, fullName: 'Anna' } },
      [{ path: '$.user.name', does: rename }],
    );
    expect(lines(differences)).toEqual(['value $.user.name: "Ann" → "Anna"']);
    expect(lines(accepted)).toEqual(['moved $.user.name: $.user.name → $.user.fullName']);
    expect(applied).toEqual([0]);
  });

  it('leaves the member alone where the old name is still there, or the new one is not', () => {
    const rules = [{ path: '$.name', does: rename }];
    expect(lines(compareJson({ name: 1 }, { name: 2 }, rules).differences)).toEqual(['value $.name: 1 → 2']);
    expect(lines(compareJson({ name: 1 }, { other: 1 }, rules).differences)).toEqual([
      'removed $.name: 1 → ·',
      'added $.other: · → 1',
    ]);
  });

  it('is not meant for members below', () => {
    const { accepted } = compareJson({ name: { a: 1 } }, { name: { fullName: 1 } }, [{ path: '$.name', does: rename }]);
    expect(accepted).toEqual([]);
  });

  it('of a header compares the two fields', () => {
    const rules = [rule({ header: 'x-old', does: { kind: 'rename', to: 'X-New' } })];
    const { differences, accepted } = comparePair({ fields: ['X-Old', 'a'] }, { fields: ['X-New', 'b'] }, { rules });
    expect(lines(differences)).toEqual(['header header.x-old: a → b']);
    expect(lines(accepted)).toEqual(['moved header.x-old: x-old → x-new']);
  });
});

describe('JSON in a string', () => {
  const embedded: RuleEffect = { kind: 'embedded' };
  const inside = (value: unknown) => ({ payload: JSON.stringify(value) });

  it('is compared by what it holds, with paths and rules that go on inside', () => {
    const { differences, accepted } = compareJson(inside({ a: 1, t: 1 }), inside({ t: 2, a: 2 }), [
      { path: '$.payload', does: embedded },
      { path: '$.payload.t', does: { kind: 'ignore' } },
    ]);
    expect(lines(differences)).toEqual(['value $.payload.a: 1 → 2']);
    expect(lines(accepted)).toEqual(['value $.payload.t: 1 → 2']);
  });

  it('may hold strings that hold JSON', () => {
    const { differences } = compareJson(inside(inside([1])), inside(inside([2])), [
      { path: '$.payload', does: embedded },
    ]);
    expect(lines(differences)).toEqual(['value $.payload.payload[*]: 1 → 2']);
  });

  it('that is none stays a string', () => {
    const { differences } = compareJson({ payload: '{' }, { payload: '{}' }, [{ path: '$.payload', does: embedded }]);
    expect(lines(differences)).toEqual(['value $.payload: "{" → "{}"']);
  });
});

it('a header may be accepted by what it holds', () => {
  const rules = [
    rule({ header: 'x-id', does: as('uuid') }),
    rule({ header: 'x-load', does: { kind: 'tolerance', amount: 1, relative: false } }),
  ];
  const { differences, accepted } = comparePair(
    { fields: ['X-Id', UUID, 'X-Load', '1.5'] },
    { fields: ['X-Id', OTHER_UUID, 'X-Load', '2.5'] },
    { rules },
  );
  expect(differences).toEqual([]);
  expect(accepted.map(({ rule: text }) => text)).toEqual(['{header: x-id, as: uuid}', '{header: x-load, within: 1}']);
});

it.each(['(', '(?=a)', '\\1'])('what is no RE2 expression is refused: %s', (pattern) => {
  const rules = [rule({ path: '$', does: matches(pattern) })];
  expect(() => makeComparator({ ...defaults, rules })).toThrow('not an RE2 regular expression');
});
