import { describe, expect, it } from 'vitest';
import { jsonTexts } from '../../../../src/content/formats/json-texts.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf, readTree } from './reading.ts';

describe('JSON texts one after the other are an array', () => {
  it.each([
    ['without anything between them', '{"a":1}{"b":"}"}[2]', [{ a: 1 }, { b: '}' }, [2]]],
    ['in lines', '{"a":1}\r\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['with escapes', '{"a":"\\"}"}{"\\\\":1}', [{ a: '"}' }, { '\\': 1 }]],
    ['one alone', ' [1] ', [[1]]],
    ['of which one has no end', '{"a":1}{"a":', 'problem: no JSON text is complete from byte 7 on'],
    ['of which one is none', '{"a":1},{"a":2}', 'problem: no JSON text is complete from byte 7 on'],
    ['with a string that has no end', '["a', 'problem: no JSON text is complete from byte 0 on'],
  ])('%s', (_, content, expected) => {
    expect(readTree(jsonTexts, bodyOf(content))).toEqual(expected);
  });

  it.each(['application/json', 'text/plain', 'application/x-ndjson', undefined])('under the type %s', (type) => {
    const side = (body: string) => (type === undefined ? { body } : { type, body });
    const { differences } = comparePair(side('{"a":1}{"a":2}'), side('{"a":1} {"a":3}'));
    expect(lines(differences)).toEqual(['value $[*].a: 2 → 3']);
  });

  it('on one side where JSON is claimed are not JSON, which is told beside what differs', () => {
    const type = 'application/json';
    const { differences } = comparePair({ type, body: '{"a":1}' }, { type, body: '{"a":1}\n{"a":2}' });
    expect(lines(differences)).toEqual([
      'added $[*]: · → {"a":2}',
      'encoding $: JSON → not JSON: something follows the value at byte 8',
    ]);
  });
});

it('any number of them is read', () => {
  const reading = jsonTexts.read(bodyOf('{}'.repeat(200_000)));
  expect('json' in reading && reading.json.length).toBe(600_001);
});
