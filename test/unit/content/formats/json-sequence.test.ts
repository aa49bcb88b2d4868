import { describe, expect, it } from 'vitest';
import { jsonSequence, ndjson } from '../../../../src/content/formats/json-sequence.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf, readJson, readTree } from './reading.ts';

const type = 'application/x-ndjson';

describe('NDJSON is read by line', () => {
  it.each([
    ['{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['1\r\n"x"\r\nnull', [1, 'x', null]],
    ['\n\n[1]\n \n', [[1]]],
    ['\ufeff1\n2', [1, 2]],
    ['\n', []],
    ['1,2\n3', 'problem: line 1: something follows the value at byte 1'],
    ['1\n{"a":', 'problem: line 2: a value is expected at byte 5'],
    ['[1,\n2]', 'problem: line 1: a value is expected at byte 3'],
  ])('%j', (body, expected) => {
    expect(readTree(ndjson, bodyOf(body, type))).toEqual(expected);
  });

  it('with its numbers digit for digit', () => {
    expect(readJson(ndjson, bodyOf('9007199254740993\n1.10', type))).toBe('[9007199254740993,1.10]');
  });
});

describe('NDJSON bodies differ', () => {
  it.each([
    ['in an event', '{"a":1}\n{"a":2}', '{"a":1}\n{"a":3}', ['value $[*].a: 2 → 3']],
    ['in an event more', '{"a":1}\n{"a":2}', '{"a":0}\n{"a":1}\n{"a":2}', ['added $[*]: · → {"a":0}']],
    ['not in line ends', '1\n2\n', '1\r\n2', []],
    [
      'in that one is none',
      '1\n2',
      '1\n2,',
      ['value line: 2 → 2,', 'encoding $: NDJSON → not NDJSON: line 2: something follows the value at byte 1'],
    ],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual(expected);
  });

  it('as `application/stream+json` too', () => {
    const { differences } = comparePair(
      { type: 'application/stream+json', body: '1\n2' },
      { type: 'application/stream+json', body: '1\n3' },
    );
    expect(lines(differences)).toEqual(['value $[*]: 2 → 3']);
  });
});

it.each([
  ['\x1e{"a":1}\n\x1e2\n', [{ a: 1 }, 2]],
  ['\x1e\x1e[1,\n2]\n', [[1, 2]]],
  ['1\n', 'problem: it does not begin with a record separator'],
  ['\x1e1\n\x1e{', 'problem: record 2: a member name is expected at byte 1'],
])('a JSON sequence is read by record: %j', (body, expected) => {
  expect(readTree(jsonSequence, bodyOf(body, 'application/json-seq'))).toEqual(expected);
});

it.each([
  ['short lines', '1\n'.repeat(500_000)],
  ['empty lines', `1${'\n'.repeat(1_000_000)}`],
  ['levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
])('any number of %s is read', (_, body) => {
  expect(readJson(ndjson, bodyOf(body, type))).toMatch(/^\[/);
});
