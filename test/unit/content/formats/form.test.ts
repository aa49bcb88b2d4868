import { describe, expect, it } from 'vitest';
import { form } from '../../../../src/content/formats/form.ts';
import { comparePair, lines, rule } from '../../compare/pair.ts';
import { bodyOf, readTree } from './reading.ts';

const type = 'application/x-www-form-urlencoded';

describe('a form is read by field', () => {
  it.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2', { a: ['1', '2'] }],
    ['a', { a: '' }],
    ['=a', { '': 'a' }],
    ['a=1=2', { a: '1=2' }],
    ['&&a=1&', { a: '1' }],
    ['a+b=c+d', { 'a b': 'c d' }],
    ['%61=%C3%A9', { a: 'é' }],
    ['a=%2B%26%3D', { a: '+&=' }],
    ['a=100%&b=%zz', { a: '100%', b: '%zz' }],
    ['a=%00%22%5C%0A', { a: '\0"\\\n' }],
    ['__proto__=1', JSON.parse('{"__proto__":"1"}')],
  ])('%s', (body, expected) => {
    expect(readTree(form, bodyOf(body, type))).toEqual(expected);
  });
});

describe('forms differ', () => {
  it.each([
    ['in a value', 'a=1&b=2', 'a=1&b=3', ['value $.b: "2" → "3"']],
    ['in a field', 'a=1', 'a=1&b=2', ['added $.b: · → "2"']],
    ['in a repeated field', 'a=1&a=2', 'a=1&a=3&a=2', ['added $.a[*]: · → "3"']],
    ['not in the order of fields', 'a=1&b=2', 'b=2&a=1', []],
    ['not in how they are escaped', 'a=%41%20b', '%61=A+b', []],
    ['in bytes that are no text', 'a=%ff', 'a=%fe', ['encoding $.a: "\ufffd" → "\ufffd"']],
    [
      'in bytes that are no text and how these are shown',
      'a=%ff',
      'a=%EF%BF%BD',
      ['encoding $.a: "\ufffd" → "\ufffd"'],
    ],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual(expected);
  });

  it('but for what a rule accepts', () => {
    const rules = [rule({ path: '$.access_token', does: { kind: 'ignore' } })];
    const { differences, accepted } = comparePair(
      { type, body: 'access_token=a&expires=1' },
      { type, body: 'access_token=b&expires=1' },
      { rules },
    );
    expect([differences.length, accepted.length]).toEqual([0, 1]);
  });
});

it('an unknown charset is told', () => {
  expect(readTree(form, bodyOf('a=1', `${type}; charset=klingon`))).toBe('problem: unknown charset klingon');
});

it.each([
  ['fields', Array.from({ length: 200_000 }, (_, at) => `f${at}=`).join('&')],
  ['values of one field', 'a=1&'.repeat(200_000)],
  ['escapes', `a=${'%'.repeat(500_000)}`],
  ['separators', '&'.repeat(1_000_000)],
])('any number of %s is read', (_, body) => {
  expect(readTree(form, bodyOf(body, type))).toBeTypeOf('object');
});
