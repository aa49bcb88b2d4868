import { describe, expect, it } from 'vitest';
import { yaml } from '../../../../src/content/formats/yaml.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf, readJson, readTree } from './reading.ts';

const type = 'application/yaml';

describe('YAML is read as JSON', () => {
  it.each([
    ['a map', 'a: 1\nb: [x, null, true]\n', '{"a":1,"b":["x",null,true]}'],
    [
      'numbers digit for digit',
      '[1.50, 12345678901234567890, 0x10, 1_000, .inf]',
      '[1.50,12345678901234567890,16,"1_000",".inf"]',
    ],
    ['texts', "a: 'it''s'\nb: |\n  x\n  y\nc: \"\\u00e9\"\n", '{"a":"it\'s","b":"x\\ny\\n","c":"é"}'],
    ['keys that are no texts', '1: a\n? [x]\n: b\n~: c\n', '{"1":"a","[\\"x\\"]":"b","null":"c"}'],
    ['a key twice', 'a: 1\na: 2\n', '{"a":1,"a":2}'],
    ['anchors', 'a: &x {n: 1}\nb: *x\n', '{"a":{"n":1},"b":{"n":1}}'],
    ['tags', 'a: !money 5\nb: !!str 5\n', '{"a":{"#tag":"!money","value":"5"},"b":"5"}'],
    ['several documents', 'a: 1\n---\nb: 2\n', '[{"a":1},{"b":2}]'],
    ['a name that objects inherit', '__proto__: 1', '{"__proto__":1}'],
  ])('%s', (_, content, expected) => {
    expect(readJson(yaml, bodyOf(content, type))).toBe(expected);
  });
});

describe('what is no YAML is told', () => {
  it.each([
    ['a: [', /^problem: Flow sequence in block collection/],
    ['a: *b', 'problem: nothing before it is anchored as b'],
    ['', 'problem: there is no document in it'],
  ])('%j', (content, problem) => {
    const told = readTree(yaml, bodyOf(content, type));
    if (typeof problem === 'string') expect(told).toBe(problem);
    else expect(told).toMatch(problem);
  });

  it.each([
    ['texts', '"0123456789"'],
    ['nothing', '[]'],
  ])('anchors that stand for very many %s', (_, leaf) => {
    const levels = Array.from({ length: 20 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(10)}]`);
    const body = [`a0: &a0 ${leaf}`, ...levels].join('\n');
    expect(readTree(yaml, bodyOf(body, type))).toBe('problem: its aliases expand to too much');
  });

  it('an anchor that holds itself', () => {
    expect(readTree(yaml, bodyOf('&a [*a]', type))).toMatch(/^problem: /);
  });
});

it('two bodies differ in what they say, and not in how', () => {
  const { differences } = comparePair(
    { type, body: '# one\na: 1\nitems:\n  - {id: 1, n: "x"}\n' },
    { type, body: "{a: 1.0, 'items': [{n: y, id: 1}]}" },
  );
  expect(lines(differences)).toEqual(['value $.items[*].n: "x" → "y"']);
});
