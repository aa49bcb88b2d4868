/** An effect holds at the place that its rule names; only `ignore` and `subset` reach what is below. */
import { describe, expect, it } from 'vitest';
import type { RuleEffect } from '../../../src/config/rule-types.ts';
import { compareJson, comparePair, lines, rule } from './pair.ts';

const UUID = '0b4ec1a4-3f3b-4c0e-9d0c-0a6f2f3b1c11';
const OTHER_UUID = '018f4e3c-7a51-7cc2-8a90-5b6f0e1d2c3b';
const as = (name: Extract<RuleEffect, { kind: 'class' }>['class']): RuleEffect => ({ kind: 'class', class: name });

/** Each effect with two values that it accepts. */
const OF_VALUES: readonly (readonly [RuleEffect, unknown, unknown])[] = [
  [{ kind: 'tolerance', amount: 1, relative: false }, 1, 2],
  [{ kind: 'tolerance', amount: 1, relative: true }, 1, 2],
  [{ kind: 'time', amount: 5000 }, '2026-11-22T10:00:00Z', '2026-11-22T10:00:02Z'],
  [as('uuid'), UUID, OTHER_UUID],
  [as('timestamp'), '2026-11-22T10:00:00Z', '2026-11-22T11:00:00Z'],
  [as('number'), 1, 2],
  [as('string'), 'a', 'b'],
  [as('url'), 'https://a.example/', 'https://b.example/'],
  [as('ip'), '10.0.0.1', '10.0.0.2'],
  [as('token'), 'abcdefgh1', 'abcdefgh2'],
  [as('any'), 1, 'a'],
  [{ kind: 'matches', pattern: 'v\\d' }, 'v1', 'v2'],
  [{ kind: 'one_of', values: ['open', 'new'] }, 'open', 'new'],
  [{ kind: 'empty' }, null, ''],
  [{ kind: 'case' }, 'a', 'A'],
  [{ kind: 'unicode' }, 'e\u0301', '\u00e9'],
];

describe.each(OF_VALUES)('%j', (does, left, right) => {
  const differing = (path: string, l: unknown, r: unknown) =>
    compareJson(l, r, [{ path, does }]).differences.length > 0;

  it('holds at the place itself', () => {
    expect(differing('$.a', { a: left }, { a: right })).toBe(false);
    expect(differing('$.a[*]', { a: [left] }, { a: [right] })).toBe(false);
    expect(differing('$..a', { x: { a: left } }, { x: { a: right } })).toBe(false);
  });

  it('holds for no member and no element below', () => {
    expect(differing('$.a', { a: { b: left } }, { a: { b: right } })).toBe(true);
    expect(differing('$.a', { a: [left] }, { a: [right] })).toBe(true);
    expect(differing('$.a[*]', { a: [{ b: left }] }, { a: [{ b: right }] })).toBe(true);
    expect(differing('$', { b: left }, { b: right })).toBe(true);
    expect(differing('$.*', { a: { b: left } }, { a: { b: right } })).toBe(true);
  });
});

describe('what reaches below', () => {
  it('ignore accepts all that is below', () => {
    const { differences } = compareJson({ a: { b: [1, { c: 2 }] } }, { a: { b: [3, { d: 4 }] } }, [
      { path: '$.a', does: { kind: 'ignore' } },
    ]);
    expect(differences).toEqual([]);
  });

  it('subset accepts new members below, and nothing else', () => {
    const { differences } = compareJson({ a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2, d: 3 }], e: 4 } }, [
      { path: '$.a', does: { kind: 'subset' } },
    ]);
    expect(lines(differences)).toEqual(['value $.a.b[*].c: 1 → 2']);
  });
});

describe('unordered', () => {
  const does: RuleEffect = { kind: 'unordered' };

  it.each<readonly [string, unknown, unknown]>([
    ['$.items', { items: [1, 2, 3] }, { items: [3, 1, 2] }],
    ['$.items', { items: [{ t: ['a', 'b'] }, { t: ['c'] }] }, { items: [{ t: ['c'] }, { t: ['a', 'b'] }] }],
    ['$.items[*].t', { items: [{ t: ['a', 'b'] }] }, { items: [{ t: ['b', 'a'] }] }],
    ['$.items[*]', { items: [[1, 2]] }, { items: [[2, 1]] }],
    ['$', [1, 2, 3], [3, 1, 2]],
  ])('accepts another order at %s', (path, left, right) => {
    expect(compareJson(left, right, [{ path, does }]).differences).toEqual([]);
  });

  it.each<readonly [string, unknown, unknown]>([
    ['$.items', { items: [{ t: ['a', 'b', 'c'] }] }, { items: [{ t: ['c', 'a', 'b'] }] }],
    ['$.items', { items: [[1, 2, 3]] }, { items: [[3, 1, 2]] }],
    ['$', { items: [1, 2, 3] }, { items: [3, 1, 2] }],
    ['$.items[*]', { items: [1, 2, 3] }, { items: [3, 1, 2] }],
  ])('accepts no other order below %s', (path, left, right) => {
    expect(compareJson(left, right, [{ path, does }]).differences).not.toEqual([]);
  });
});

describe('key', () => {
  const by = (path: string, left: unknown, right: unknown) =>
    lines(compareJson(left, right, [{ path, does: { kind: 'key', key: 'sku' } }]).differences);
  const left = [
    { sku: 1, n: 'a' },
    { sku: 2, n: 'b' },
  ];
  const right = [
    { sku: 2, n: 'b' },
    { sku: 1, n: 'c' },
  ];

  it.each(['$.items', '$.items[*]'])('matches the elements of the array at %s', (path) => {
    expect(by(path, { items: left }, { items: right })).toContain('value $.items[*].n: "a" → "c"');
  });

  it('matches no elements of arrays below', () => {
    // Alike in all but the key, so that without it each is paired with the one that has another.
    const below = (...skus: number[]) => ({
      items: [{ sku: 9, sub: skus.map((sku, at) => ({ sku, n: `n${at}`, m: `m${at}` })) }],
    });
    const pair = [below(1, 2), below(2, 1)] as const;
    expect(by('$.items[*].sub', ...pair)).toContain('value $.items[*].sub[*].n: "n0" → "n1"');
    expect(by('$.items', ...pair)).toContain('value $.items[*].sub[*].sku: 1 → 2');
  });
});

describe('rename', () => {
  const does: RuleEffect = { kind: 'rename', to: 'y' };

  it('is of the member itself, not of what it holds', () => {
    expect(compareJson({ x: 1 }, { y: 1 }, [{ path: '$.x', does }]).differences).toEqual([]);
    expect(compareJson({ x: { x: 1 } }, { x: { y: 1 } }, [{ path: '$.x', does }]).differences).toHaveLength(2);
  });

  it('is of every member that its path leads to, on one level and the next', () => {
    const { differences } = compareJson({ x: { x: 1 } }, { y: { y: 1 } }, [{ path: '$..x', does }]);
    expect(differences).toEqual([]);
  });
});

describe('JSON in a string', () => {
  const does: RuleEffect = { kind: 'embedded' };

  it('is opened at the place itself, and in no string below', () => {
    const text = (value: unknown) => JSON.stringify(value);
    const [left, right] = [text({ a: 1, b: 2 }), text({ b: 2, a: 1 })];
    expect(compareJson({ p: left }, { p: right }, [{ path: '$.p', does }]).differences).toEqual([]);
    expect(compareJson({ p: { q: left } }, { p: { q: right } }, [{ path: '$.p', does }]).differences).toHaveLength(1);
  });
});

describe('other formats', () => {
  const any: RuleEffect = as('any');
  const compared = (type: string, left: string, right: string, path: string) =>
    comparePair({ type, body: left }, { type, body: right }, { rules: [rule({ path, does: any })] }).differences;

  it.each([
    ['text/html', '<p id=a>x</p>', '<p id=b>x</p>', "$.p[*]['@id']", '$.p[*]'],
    ['application/xml', '<r><v>1</v></r>', '<r><v>2</v></r>', "$.r.v[*]['#text']", '$.r.v[*]'],
    ['application/x-www-form-urlencoded', 'a=1', 'a=2', '$.a', '$'],
    ['application/x-www-form-urlencoded', 'a=1&a=2', 'a=1&a=3', '$.a[*]', '$.a'],
  ])('%s: at the place itself alone', (type, left, right, at, above) => {
    expect(compared(type, left, right, at)).toEqual([]);
    expect(compared(type, left, right, above)).toHaveLength(1);
  });
});
