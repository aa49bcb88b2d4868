import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../src/compare/comparator.ts';
import { compareJson, defaults, lines, response, rule } from './pair.ts';

const ignore = { kind: 'ignore' } as const;

describe('a path addresses whole segments', () => {
  const left = { id: 1, identity: 1, a: { id: 1, b: [{ id: 1 }] }, "it's": 1 };
  const right = { id: 2, identity: 2, a: { id: 2, b: [{ id: 2 }] }, "it's": 2 };
  const places: readonly (readonly [string, readonly string[]])[] = [
    ['$.id', ['$.id']],
    ['$.ident', []],
    ['$.a', ['$.a.id', '$.a.b[*].id']],
    ['$.a.*', ['$.a.id', '$.a.b[*].id']],
    ['$.a.b[*].id', ['$.a.b[*].id']],
    ['$.a.b[0]', ['$.a.b[*].id']],
    ['$.a.b[-1]', ['$.a.b[*].id']],
    ['$.a.b[1:]', []],
    ['$.a.b[:1]', ['$.a.b[*].id']],
    ['$..id', ['$.id', '$.a.id', '$.a.b[*].id']],
    ['$..b..id', ['$.a.b[*].id']],
    ["$['it\\'s','identity']", ['$.identity', "$['it\\'s']"]],
    ['$.a.b[?@.id == 1]', ['$.a.b[*].id']],
    ['$.a.b[?@.id == 2]', ['$.a.b[*].id']],
    ['$.a.b[?@.id == 3]', []],
    ['$', ['$.id', '$.identity', '$.a.id', '$.a.b[*].id', "$['it\\'s']"]],
  ];

  it.each(places)('%s', (path, covered) => {
    const { differences, accepted } = compareJson(left, right, [{ path, does: ignore }]);
    expect(accepted.map((difference) => difference.path)).toEqual(covered);
    expect(differences).toHaveLength(5 - covered.length);
  });
});

it('what is no JSONPath query is refused, with its origin', () => {
  const rules = [rule({ path: 'items[*', does: ignore })];
  expect(() => makeComparator({ ...defaults, rules })).toThrow(
    'test:1: not a JSONPath query: {path: "items[*", ignore: true}',
  );
});

it('the first rule that accepts a difference is named', () => {
  const { accepted } = compareJson({ a: { b: 1 } }, { a: { b: 2 } }, [
    { path: '$.z', does: ignore },
    { path: '$.a.b', does: ignore },
    { path: '$.a', does: ignore },
  ]);
  expect(accepted).toMatchObject([{ index: 1, rule: '{path: $.a.b, ignore: true}' }]);
});

describe('tolerance', () => {
  const within = (amount: number, relative = false) => ({
    path: '$',
    does: { kind: 'tolerance' as const, amount, relative },
  });
  it.each([
    ['1.01', '1.00', within(0.01), true],
    ['1.011', '1.00', within(0.01), false],
    ['9007199254740993', '9007199254740992', within(0.5), false],
    ['100', '100.5', within(0.005, true), true],
    ['100', '100.51', within(0.005, true), false],
    ['-100', '-100.5', within(0.005, true), true],
    ['1e-400', '2e-400', within(1), true],
    ['0', '1e-7', within(1e-7), true],
    ['0', '"1"', within(10), false],
  ])('%s against %s', (left, right, tolerance, accepted) => {
    expect(compareJson(left, right, [tolerance]).differences).toHaveLength(accepted ? 0 : 1);
  });
});

describe('an expiry', () => {
  const until = Date.UTC(2027, 2, 2);
  const comparator = (clock: { now: number }) =>
    makeComparator(
      { ...defaults, rules: [rule({ path: '$.a', does: ignore, until })] },
      { wall: () => clock.now, monotonic: () => 0 },
    );
  const pair = ['{"a":1}', '{"a":2}'].map((body) => response({ type: 'application/json', body }));

  it('ends a rule while the comparator lives', () => {
    const clock = { now: until - 1 };
    const compare = comparator(clock);
    expect(compare(pair[0]!, pair[1]!).differences).toEqual([]);
    clock.now = until;
    expect(lines(compare(pair[0]!, pair[1]!).differences)).toEqual(['value $.a: 1 → 2']);
  });
});
