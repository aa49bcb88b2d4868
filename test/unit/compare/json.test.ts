import { describe, expect, it } from 'vitest';
import { compareJson, type JsonCase, lines } from './pair.ts';

function table(title: string, cases: readonly JsonCase[]): void {
  describe(title, () => {
    it.each(cases)('%s', (_name, left, right, expected) => {
      const { differences, accepted } = compareJson(left, right);
      expect(lines(differences)).toEqual(expected);
      expect(accepted).toEqual([]);
    });
  });
}

table('numbers compare by value, from their source text', [
  ['1 is 1.0 is 1e0', '[1,1,1.0]', '[1.0,1e0,10E-1]', []],
  ['minus zero is zero', '-0', '0.0', []],
  [
    'integers beyond 2^53',
    '{"n":9007199254740993}',
    '{"n":9007199254740992}',
    ['value $.n: 9007199254740993 → 9007199254740992'],
  ],
  ['decimals beyond double precision', '0.1', '0.10000000000000000001', ['value $: 0.1 → 0.10000000000000000001']],
  ['trailing zeros of a fraction', '{"a":0.10}', '{"a":0.1}', []],
  ['exponents beyond double range', '1E400', '1E999', ['value $: 1E400 → 1E999']],
  ['the same number with a huge exponent', '10E399', '1e+400', []],
  ['a sign', '1', '-1', ['value $: 1 → -1']],
  ['a number and its text', '1', '"1"', ['type $: 1 → "1"']],
]);

table('strings compare by characters, not by how they are written', [
  ['an escaped letter', '"\\u0041\\u00e9"', '"Aé"', []],
  ['a surrogate pair and its character', '"\\ud83d\\ude00"', '"😀"', []],
  ['an escaped slash', '"a\\/b"', '"a/b"', []],
  ['case', '"a"', '"A"', ['value $: "a" → "A"']],
  ['a lone surrogate and the replacement character', '"\\ud800"', '"\ufffd"', ['value $: "\\ud800" → "\ufffd"']],
  ['composed and decomposed characters', '"\u00e9"', '"e\u0301"', ['value $: "\u00e9" → "e\u0301"']],
  ['an escaped backslash is not an escape', '"\\\\u0041"', '"A"', ['value $: "\\\\u0041" → "A"']],
]);

table('top-level scalars', [
  ['white space around them', 'true', ' true\n', []],
  ['white space around a text', '"a"', '"a"\n', []],
  ['a change', 'true', 'false', ['value $: true → false']],
  ['null against a number', 'null', '0', ['type $: null → 0']],
]);

table('objects compare by name', [
  ['order of members', '{"a":1,"b":2}', '{"b":2,"a":1}', []],
  ['white space', '{"a":[1,2]}', ' { "a" : [ 1 , 2 ] }\n', []],
  ['a removed member', '{"a":1,"b":{"c":2}}', '{"a":1}', ['removed $.b: {"c":2} → ·']],
  ['an added member', '{}', '{"a":null}', ['added $.a: · → null']],
  ['an escaped name', '{"\\u0061":1}', '{"a":2}', ['value $.a: 1 → 2']],
  ['null and missing are not the same', '{"a":null}', '{}', ['removed $.a: null → ·']],
  ['null against a value', '{"a":null}', '{"a":0}', ['type $.a: null → 0']],
  ['true and false', '{"a":true}', '{"a":false}', ['value $.a: true → false']],
  ['object against array', '{"a":{}}', '{"a":[]}', ['type $.a: {} → []']],
]);

table('duplicate members are a difference of their own', [
  ['on one side, with the same last value', '{"a":1,"a":2}', '{"a":2}', ['duplicate_key $.a: 2 times → once']],
  ['on one side, with the same last text', '{"a":1,"a":"x"}', '{"a":"x"}', ['duplicate_key $.a: 2 times → once']],
  [
    'on one side, with another last value',
    '{"a":1,"a":2}',
    '{"a":1}',
    ['duplicate_key $.a: 2 times → once', 'value $.a: 2 → 1'],
  ],
  ['on both sides alike', '{"a":1,"a":2}', '{"a":1, "a":2}', []],
  ['written differently', '{"a":1,"\\u0061":2}', '{"a":2}', ['duplicate_key $.a: 2 times → once']],
]);

table('paths carry no index and quote what is no identifier', [
  ['elements', { items: [{ price: 1 }] }, { items: [{ price: 2 }] }, ['value $.items[*].price: 1 → 2']],
  ['a hyphen', { 'a-b': 1 }, { 'a-b': 2 }, ["value $['a-b']: 1 → 2"]],
  ['a quote and a newline', { "it's\n": 1 }, { "it's\n": 2 }, ["value $['it\\'s\\n']: 1 → 2"]],
  ['an empty name', { '': 1 }, { '': 2 }, ["value $['']: 1 → 2"]],
  ['letters beyond ASCII', { größe: 1 }, { größe: 2 }, ['value $.größe: 1 → 2']],
  [
    'many members named by id',
    { byId: { 101: { n: 1 }, 102: { n: 1 }, 103: { n: 1 }, 104: { n: 1 } } },
    { byId: { 101: { n: 1 }, 102: { n: 2 }, 103: { n: 1 }, 104: { n: 1 } } },
    ['value $.byId.{*}.n: 1 → 2'],
  ],
  ['few members named by id', { byId: { 101: 1 } }, { byId: { 101: 2 } }, ["value $.byId['101']: 1 → 2"]],
]);

describe('deep nesting is an answer, not a stack overflow', () => {
  it.each([10_000, 100_000])('%d arrays', (depth) => {
    const nest = (leaf: string) => `${'['.repeat(depth)}${leaf}${']'.repeat(depth)}`;
    const { differences } = compareJson(nest('1'), nest('2'));
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatchObject({ kind: 'value', left: '1', right: '2' });
    expect(differences[0]!.path.length).toBeLessThan(1000);
  });

  it('10,000 objects, one member more at the bottom', () => {
    const nest = (leaf: string) => `${'{"a":'.repeat(10_000)}${leaf}${'}'.repeat(10_000)}`;
    expect(compareJson(nest('{}'), nest('{"b":1}')).differences).toMatchObject([{ kind: 'added', right: '1' }]);
  });
});

describe('the account stays short', () => {
  it('lists ten differences of one place and counts the rest', () => {
    const left = { items: Array.from({ length: 50 }, (_, id) => ({ id, price: 1 })) };
    const right = { items: Array.from({ length: 50 }, (_, id) => ({ id, price: 2 })) };
    const { differences, omitted } = compareJson(left, right);
    expect(differences).toHaveLength(10);
    expect(omitted).toBe(40);
  });

  it('gives up, and says so, when more places differ than anyone reads', () => {
    const object = (value: number) =>
      Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`name${'x'.repeat(at % 7)}${at}y`, value]));
    const { differences } = compareJson(object(1), object(2));
    expect(differences.length).toBeLessThan(600);
    expect(differences.some(({ kind }) => kind === 'budget')).toBe(true);
  });

  it('cuts long values', () => {
    const { differences } = compareJson({ a: 'x'.repeat(5000) }, { a: 'y' });
    expect(differences[0]!.left).toHaveLength(200);
  });
});

it('sorts the most severe first', () => {
  const { differences } = compareJson({ list: [1, 2], a: 1, gone: 1 }, { list: [2, 1], a: 2, more: 1 });
  expect(differences.map(({ kind }) => kind)).toEqual(['removed', 'value', 'added', 'reordered']);
});
