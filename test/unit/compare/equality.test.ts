import { describe, expect, it } from 'vitest';
import { compareJson, lines } from './pair.ts';

const object = (count: number, value = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, value]));
const backwards = (value: object) => Object.fromEntries(Object.entries(value).reverse());
const nested = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : { a: [nested(depth - 1, inner)] });
const spaced = (value: unknown) => JSON.stringify(value, null, 1);

describe('values that are written in another way', () => {
  it.each<[string, unknown, string, readonly string[]]>([
    ['members in another order', { a: 1, b: { c: 2, d: 3 } }, '{"b":{"d":3,"c":2},"a":1}', []],
    ['more members than are looked at', object(40), spaced(backwards(object(40))), []],
    ['deeper than is looked at', nested(100, 1), spaced(nested(100, 1)), []],
    ['names and texts with escapes', { é: 'é' }, '{ "\\u00e9": "\\u00e9" }', []],
    ['numbers', [1, 2.5, -0.25, 100], '[1.0, 25e-1, -25E-2, 1e2]', []],
    ['a member that is there twice', '{"a":1,"a":2}', '{ "a":1, "a":2 }', []],
    ['names that begin and end alike', { axb: 1, ayb: 2 }, '{"ayb":2,"axb":1}', []],
  ])('are equal: %s', (_, left, right, expected) => {
    expect(lines(compareJson(left, right).differences)).toEqual(expected);
  });

  it.each<[string, unknown, string, readonly string[]]>([
    ['in a value', { a: 1, b: 2 }, '{ "b":2, "a":3 }', ['value $.a: 1 → 3']],
    ['in a name alike', { axb: 1 }, '{ "ayb":1 }', ['removed $.axb: 1 → ·', 'added $.ayb: · → 1']],
    ['in a member more', { a: 1 }, '{ "b":1, "a":1 }', ['added $.b: · → 1']],
    ['in an element more', [1], '[ 1, 2 ]', ['added $[*]: · → 2']],
    ['in an element less', [1, 2], '[ 1 ]', ['removed $[*]: 2 → ·']],
    [
      'in which of two values of a name comes last',
      '{"a":1,"a":2}',
      '{ "a":2, "a":1 }',
      ['value $.a: 1 → 2', 'value $.a: 2 → 1'],
    ],
    ['deep inside', nested(70, 1), spaced(nested(70, 2)), [expect.stringMatching(/^value \$\.a\[\*\].*: 1 → 2$/)]],
    ['in the last of many members', object(40), spaced(backwards({ ...object(40), k39: 1 })), ['value $.k39: 0 → 1']],
  ])('differ %s', (_, left, right, expected) => {
    expect(lines(compareJson(left, right).differences)).toEqual(expected);
  });
});
