import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { comparePair, lines, type ResponseParts } from './pair.ts';

/** Answers that are far more to read than to send. Each costs no more than its size, or is cut where it does. */

const zeros = Buffer.alloc(20_000_000, '0');
const limit = { maxDecoded: 100_000 };

describe('a body that is small only while it is coded', () => {
  it.each([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['deflate', deflateRawSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
    ['gzip, gzip, gzip, gzip', [1, 2, 3, 4].reduce((bytes) => gzipSync(bytes), zeros)],
    ['br, zstd', zstdCompressSync(brotliCompressSync(zeros))],
  ])('is decoded up to the limit alone: %s', (coding, body) => {
    const coded = (bytes: Uint8Array): ResponseParts => ({
      type: 'text/plain',
      fields: ['Content-Encoding', coding],
      body: bytes,
    });
    const { differences } = comparePair(coded(body), { type: 'text/plain', body: 'x' }, limit);
    expect(differences).toMatchObject([{ kind: 'budget', path: '$' }, { path: 'header.content-encoding' }]);
  });
});

describe('a part of a body, as Range asks for it', () => {
  const ranges = (count: number, content: string) =>
    `${Array.from(
      { length: count },
      (_, at) => `\r\n--b\r\nContent-Type: application/json\r\nContent-Range: bytes 0-${at}/9\r\n\r\n${content}`,
    ).join('')}\r\n--b--`;
  const type = 'multipart/byteranges; boundary=b';

  it('is compared part by part where there are several', () => {
    const { differences } = comparePair(
      { status: 206, type, body: ranges(2, '{"a"') },
      { status: 206, type, body: ranges(2, '{"b"') },
    );
    expect(lines(differences)).toEqual([
      'value $[*].content: "{\\"a\\"" → "{\\"b\\""',
      'value $[*].content: "{\\"a\\"" → "{\\"b\\""',
    ]);
  });

  it('is read once, however often its parts overlap', () => {
    const { differences, omitted } = comparePair(
      { status: 206, type, body: ranges(1_000, 'a') },
      { status: 206, type, body: ranges(1_000, 'b') },
    );
    expect(differences.length + omitted).toBe(1_000);
  });

  it('of JSON is no JSON, and is compared as text', () => {
    const part = (value: number) => ({ status: 206, type: 'application/json', body: `"id":${value},"na` });
    expect(lines(comparePair(part(1), part(2)).differences)).toEqual(['value line: "id":1,"na → "id":2,"na']);
  });
});

describe('containers in containers', () => {
  const levels = 100_000;
  const nested = (open: string, inner: string, close: string, depth = levels) =>
    open.repeat(depth) + inner + close.repeat(depth);

  it.each([
    ['JSON arrays', 'application/json', nested('[', '1', ']'), nested('[', '2', ']'), 'value'],
    ['JSON objects', 'application/json', nested('{"a":', '1', '}'), nested('{"a":', '2', '}'), 'value'],
    [
      'MessagePack arrays',
      'application/msgpack',
      `${'\x91'.repeat(levels)}\x01`,
      `${'\x91'.repeat(levels)}\x02`,
      'value',
    ],
    ['XML elements', 'text/xml', nested('<a>', '1', '</a>', 10_000), nested('<a>', '2', '</a>', 10_000), 'value'],
    [
      'HTML elements deeper than browsers go',
      'text/html',
      nested('<div>', '1', '</div>', 50_000),
      nested('<div>', '2', '</div>', 50_000),
      'value',
    ],
  ])('%s are no matter of the stack', (_, type, left, right, kind) => {
    const [l, r] = [left, right].map((body) => ({ type, body: Buffer.from(body, 'latin1') }));
    expect(comparePair(l!, r!).differences).toMatchObject([{ kind }]);
  });

  it('multipart in multipart is not taken apart further than once', () => {
    const inner = (value: string) =>
      nested('--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n', value, '\r\n--b--', 2);
    const outer = (value: string) => `--o\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${inner(value)}\r\n--o--`;
    const [l, r] = ['1', '2'].map((value) => ({ type: 'multipart/mixed; boundary=o', body: outer(value) }));
    expect(comparePair(l!, r!).differences).toMatchObject([{ path: '$[*].content', kind: 'value' }]);
  });
});

describe('entities of XML', () => {
  const laughs = (last: string) =>
    `<!DOCTYPE a [<!ENTITY e0 "ha">${Array.from({ length: 20 }, (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};">`).join('')}]><a>&e20;${last}</a>`;
  const outside = (last: string) => `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;${last}</a>`;

  it.each([
    ['that multiply', laughs],
    ['that name a file', outside],
  ])('%s are never replaced', (_, body) => {
    const [l, r] = ['1', '2'].map((last) => ({ type: 'text/xml', body: body(last) }));
    const { differences } = comparePair(l!, r!);
    expect(differences).toMatchObject([{ path: 'line', kind: 'value' }]);
    expect(JSON.stringify(differences)).not.toContain('haha');
    expect(JSON.stringify(differences)).not.toContain('root:');
  });
});

describe('names that are repeated for each row of a table', () => {
  it('are not, where they outweigh it', () => {
    const table = (value: string) => `${'x'.repeat(10_000)},b\n${`${value},\n`.repeat(10_000)}`;
    const [l, r] = ['1', '2'].map((value) => ({ type: 'text/csv', body: table(value) }));
    expect(lines(comparePair(l!, r!).differences)[0]).toBe('value line: 1, → 2,');
  });
});
