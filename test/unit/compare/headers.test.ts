import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../src/model/exchange.ts';
import { DEFAULT_IGNORED_HEADERS, IGNORED_HEADER_GROUPS } from '../../../src/model/headers.ts';
import { comparePair, lines, rule } from './pair.ts';

const cases: readonly (readonly [string, Fields, Fields, readonly string[]])[] = [
  ['names are compared without regard to case', ['X-A', '1'], ['x-a', '1'], []],
  ['values are compared with regard to case', ['X-A', 'v'], ['X-A', 'V'], ['header header.x-a: v → V']],
  ['the order of different names does not matter', ['A', '1', 'B', '2'], ['B', '2', 'A', '1'], []],
  ['white space around a value does not matter', ['A', ' 1 '], ['A', '1'], []],
  ['a missing field', ['A', '1'], [], ['header header.a: 1 → ·']],
  ['a new field', [], ['A', '1'], ['header header.a: · → 1']],
  ['an empty field is not a missing one', ['A', ''], [], ['header header.a:  → ·']],
  ['several lines are one list', ['A', '1', 'A', '2'], ['A', '1, 2'], []],
  ['the order in a list matters', ['A', '1', 'A', '2'], ['A', '2', 'A', '1'], ['header header.a: 1, 2 → 2, 1']],
];

describe('header fields', () => {
  it.each(cases)('%s', (_name, left, right, expected) => {
    expect(lines(comparePair({ fields: left }, { fields: right }).differences)).toEqual(expected);
  });

  it('trailers are compared the same way, under their own name', () => {
    const { differences } = comparePair({ trailers: ['X-Sum', '1'] }, { trailers: ['x-sum', '2'] });
    expect(lines(differences)).toEqual(['header trailer.x-sum: 1 → 2']);
  });
});

describe('the fields that are not compared', () => {
  it.each(DEFAULT_IGNORED_HEADERS)('%s', (name) => {
    expect(comparePair({ fields: [name, 'a'] }, { fields: [] }).differences).toEqual([]);
  });

  it('are compared where the configuration does not ignore them', () => {
    const { differences } = comparePair({ fields: ['Date', 'a'] }, { fields: [] }, { ignoreHeaders: [] });
    expect(lines(differences)).toEqual(['header header.date: a → ·']);
  });

  it('come in groups with a reason, in lower case, each once', () => {
    expect(IGNORED_HEADER_GROUPS.every(({ reason }) => reason.length > 10)).toBe(true);
    expect(DEFAULT_IGNORED_HEADERS).toEqual([...new Set(DEFAULT_IGNORED_HEADERS.map((name) => name.toLowerCase()))]);
  });
});

it('a status is a difference of its own', () => {
  expect(lines(comparePair({ status: 200 }, { status: 404 }).differences)).toEqual(['status status: 200 → 404']);
});

it('a rule accepts a header', () => {
  const rules = [rule({ header: 'x-build', does: { kind: 'ignore' }, reason: 'changes with each release' })];
  const { differences, accepted } = comparePair({ fields: ['X-Build', '1'] }, { fields: ['X-Build', '2'] }, { rules });
  expect(differences).toEqual([]);
  expect(accepted).toMatchObject([
    { path: 'header.x-build', index: 0, rule: '{header: x-build, ignore: true, reason: changes with each release}' },
  ]);
});
