import { describe, expect, it } from 'vitest';
import { multipart } from '../../../../src/content/formats/multipart.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf, readTree } from './reading.ts';

/** Parts, each a head and a content, as a body with that boundary. */
function body(boundary: string, ...parts: (readonly [head: string, content: string])[]): Buffer {
  const written = parts.map(([head, content]) => `--${boundary}\r\n${head}${head && '\r\n'}\r\n${content}\r\n`);
  return Buffer.from(`${written.join('')}--${boundary}--\r\n`, 'latin1');
}

const field = (name: string) => `Content-Disposition: form-data; name="${name}"`;
const file = (name: string, filename: string) => `${field(name)}; filename="${filename}"`;
const form = (boundary: string) => `multipart/form-data; boundary=${boundary}`;

describe('a form is read by field', () => {
  it.each([
    ['fields', [[field('a'), '1'] as const, [field('b'), ' 2\r\n'] as const], { a: '1', b: ' 2\r\n' }],
    ['a repeated field', [[field('a'), '1'] as const, [field('a'), '2'] as const], { a: ['1', '2'] }],
    ['no field', [], 'problem: the boundary is not in it'],
    [
      'JSON',
      [[`${field('a')}\r\nContent-Type: application/json`, '{"n":1}'] as const],
      { a: { type: 'application/json', content: { n: 1 } } },
    ],
    [
      'what claims to be JSON',
      [[`${field('a')}\r\ncontent-type: application/json`, '{"n":'] as const],
      { a: { type: 'application/json', content: '{"n":' } },
    ],
    ['a part without a name', [['Content-Disposition: form-data', 'x'] as const], { '': 'x' }],
    ['a name with a quote and a semicolon', [[field('a;\\"b'), 'x'] as const], { 'a;"b': 'x' }],
  ])('%s', (_, parts, expected) => {
    const content = parts.length === 0 ? Buffer.from('nothing') : body('b', ...parts);
    expect(readTree(multipart, bodyOf(content, form('b')))).toEqual(expected);
  });

  it('and a file by type, name, length and hash', () => {
    const content = body('b', [`${file('f', 'a.png')}\r\nContent-Type: image/png`, '\x89PNG\0']);
    expect(readTree(multipart, bodyOf(content, form('b')))).toEqual({
      f: {
        type: 'image/png',
        filename: 'a.png',
        content: { length: 5, sha256: expect.stringMatching(/^[\da-f]{64}$/) },
      },
    });
  });
});

it('other parts are read in their order, with what their heads say', () => {
  const content = body('x', ['Content-Type: text/plain\r\nContent-Range: bytes 0-1/9', 'ab'], ['', 'cd']);
  expect(readTree(multipart, bodyOf(content, 'multipart/byteranges; boundary="x"'))).toEqual([
    { type: 'text/plain', headers: { 'content-range': 'bytes 0-1/9' }, content: 'ab' },
    'cd',
  ]);
});

it('a boundary that another one begins with is told from it', () => {
  const content = Buffer.from('--b\r\n\r\n1\r\n--bc\r\n2\r\n--b--');
  expect(readTree(multipart, bodyOf(content, 'multipart/mixed; boundary=b'))).toEqual(['1\r\n--bc\r\n2']);
});

it('what stands before the first and after the last part is no part', () => {
  const content = Buffer.concat([Buffer.from('hello\r\n'), body('b', [field('a'), '1']), Buffer.from('bye')]);
  expect(readTree(multipart, bodyOf(content, form('b')))).toEqual({ a: '1' });
});

describe('what is no multipart body is told', () => {
  it.each([
    ['multipart/form-data', '--b--', 'there is no usable boundary'],
    [form('b'.repeat(71)), '--b--', 'there is no usable boundary'],
    [form('b'), '--c\r\n\r\nx\r\n--c--', 'the boundary is not in it'],
    [form('b'), '--b\r\nA: 1\r\n\r\nx', 'part 1 has no end'],
    [form('b'), '--b\r\nA: 1\r\n\r\nx\r\n--b', 'part 2 has no end'],
    [form('b'), '--b\r\nA: 1\r\n--b--', 'part 1 has no blank line after its head'],
    [form('b'), '--b', 'part 1 has no end'],
  ])('%s: %j', (type, content, problem) => {
    expect(readTree(multipart, bodyOf(content, type))).toBe(`problem: ${problem}`);
  });
});

describe('multipart bodies differ', () => {
  const pair = (left: Buffer, right: Buffer) =>
    lines(comparePair({ type: form('b'), body: left }, { type: form('c'), body: right }).differences);

  it.each(['form-data', 'mixed', 'byteranges', 'related', 'alternative', 'x-mixed-replace'])(
    'not in their boundary: multipart/%s',
    (subtype) => {
      const side = (boundary: string, written = boundary) => ({
        type: `multipart/${subtype}; boundary=${written}`,
        body: body(boundary, [field('a'), '1'], ['Content-Type: text/plain', '2']),
      });
      expect(lines(comparePair(side('b'), side('c d', '"c d"')).differences)).toEqual([]);
    },
  );

  it('not in the boundary of a part that has parts itself', () => {
    const nested = (outer: string, inner: string, content: string) => ({
      type: `multipart/mixed; boundary=${outer}`,
      body: body(outer, [
        `Content-Type: multipart/alternative; boundary="${inner}"`,
        body(inner, ['Content-Type: text/plain; charset=utf-8', content]).toString(),
      ]),
    });
    expect(lines(comparePair(nested('a', 'b', 'x'), nested('c', 'd', 'x')).differences)).toEqual([]);
    expect(lines(comparePair(nested('a', 'b', 'x'), nested('c', 'd', 'y')).differences)).toEqual([
      'value $[*].content[*].content: "x" → "y"',
    ]);
  });

  it('in that one names no boundary', () => {
    const content = body('b', [field('a'), '1']);
    const { differences } = comparePair(
      { type: form('b'), body: content },
      { type: 'multipart/form-data', body: content },
    );
    expect(lines(differences)).toEqual([
      'header header.content-type: multipart/form-data; boundary=b → multipart/form-data',
    ]);
  });

  it('in a field', () => {
    expect(pair(body('b', [field('a'), '1']), body('c', [field('a'), '2']))).toEqual(['value $.a: "1" → "2"']);
  });

  it('in a file', () => {
    const left = body('b', [file('f', 'a'), 'one']);
    const right = body('c', [file('f', 'a'), 'three']);
    expect(pair(left, right)).toEqual([
      'value $.f.content.length: 3 → 5',
      expect.stringMatching(/^value \$\.f\.content\.sha256: "[\da-f]{64}" → "[\da-f]{64}"$/),
    ]);
  });

  it('in that one breaks off', () => {
    const left = body('b', [field('a'), '1']);
    expect(pair(left, body('c', [field('a'), '1']).subarray(0, 40))).toContain(
      'encoding $: multipart → not multipart: part 1 has no end',
    );
  });
});

it.each([
  ['parts', body('b', ...Array.from({ length: 20_000 }, (_, at) => [field(`f${at}`), ''] as const))],
  ['header lines', body('b', ['A: 1\r\n'.repeat(100_000).trimEnd(), ''])],
  ['near boundaries', body('b', [field('a'), '\r\n--'.repeat(200_000)])],
])('any number of %s is read', (_, content) => {
  expect(readTree(multipart, bodyOf(content, form('b')))).toBeTypeOf('object');
});
