import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { comparePair, lines, type ResponseParts, rule, stillClock } from './pair.ts';

const JSON_TYPE = 'application/json';
const text = JSON.stringify({ items: Array.from({ length: 50 }, (_, id) => ({ id, name: `item ${id}` })) });
const changed = text.replace('item 7"', 'item VII"');

const codings: readonly (readonly [string, (body: Uint8Array) => Buffer])[] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['gzip, br', (body) => brotliCompressSync(gzipSync(body))],
];

function coded(coding: string, body: Uint8Array): ResponseParts {
  return { type: JSON_TYPE, fields: ['Content-Encoding', coding], body };
}

describe.each(codings)('a body coded with %s', (coding, encode) => {
  it('is compared decoded', () => {
    const { differences } = comparePair(
      coded(coding, encode(Buffer.from(text))),
      coded(coding, encode(Buffer.from(changed))),
    );
    expect(lines(differences)).toEqual(['value $.items[*].name: "item 7" → "item VII"']);
  });

  it('against the same body uncoded differs in its coding alone', () => {
    const { differences } = comparePair(coded(coding, encode(Buffer.from(text))), { type: JSON_TYPE, body: text });
    expect(lines(differences)).toEqual([`encoding header.content-encoding: ${coding} → ·`]);
  });

  it('that is broken is a difference, never an error', () => {
    const broken = encode(Buffer.from(text)).fill(0x55, 12);
    const { differences } = comparePair(coded(coding, encode(Buffer.from(text))), coded(coding, broken));
    expect(differences).toMatchObject([{ kind: 'encoding', path: '$', left: `${text.length} bytes` }]);
  });
});

it('a body that grows beyond the limit when decoded is a budget difference', () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  const { differences } = comparePair(coded('gzip', gzipSync(Buffer.from(text))), coded('gzip', bomb), {
    maxDecoded: 100_000,
  });
  expect(differences).toMatchObject([{ kind: 'budget', path: '$', right: 'longer than 100000 bytes when decoded' }]);
});

it('an unknown coding is said to be unknown', () => {
  const { differences } = comparePair(coded('lzma', Buffer.from('a')), coded('lzma', Buffer.from('b')));
  expect(lines(differences)).toEqual(['encoding $: unknown content coding lzma → unknown content coding lzma']);
});

it('codings stacked beyond reason are not taken off', () => {
  const stacked = 'gzip, gzip, gzip, gzip, gzip';
  const { differences } = comparePair(coded(stacked, Buffer.from('a')), coded(stacked, Buffer.from('b')));
  expect(differences).toMatchObject([{ kind: 'encoding', left: '5 content codings' }]);
});

describe('a body that claims JSON and is none', () => {
  it('on one side is told, and both are compared as text', () => {
    const { differences } = comparePair({ type: JSON_TYPE, body: '{"a":1}' }, { type: JSON_TYPE, body: '{"a":1' });
    expect(lines(differences)).toEqual([
      'value line: {"a":1} → {"a":1',
      'encoding $: JSON → not JSON: a comma or } is expected at byte 6',
    ]);
  });

  it('on both sides is text', () => {
    const { differences } = comparePair({ type: JSON_TYPE, body: 'a\nb' }, { type: JSON_TYPE, body: 'a\nc' });
    expect(lines(differences)).toEqual(['value line: b → c']);
  });

  it.each([
    '',
    ' ',
    '[1,]',
    '{"a":1,}',
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    '"\t"',
    '"\\x"',
    '"\\u12"',
    'nul',
    '[1] 2',
    '{a:1}',
    "'a'",
    '[',
    '{"a"',
    '"a',
    'NaN',
    '-',
  ])('malformed JSON is recognised: %s', (malformed) => {
    const { differences } = comparePair({ type: JSON_TYPE, body: '1' }, { type: JSON_TYPE, body: malformed });
    expect(differences.some(({ path, kind }) => path === '$' && (kind === 'encoding' || kind === 'removed'))).toBe(
      true,
    );
  });
});

describe('character sets', () => {
  const utf16 = (content: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(content, 'utf16le')]);

  it.each([
    [JSON_TYPE, '{"a":1}'],
    ['application/x-ndjson', '{"a":1}\n'],
    ['text/plain', 'a\n'],
    ['text/csv', 'a,b\n1,2\n'],
    ['text/html', '<p>a</p>'],
    ['application/xml', '<a>1</a>'],
    [undefined, '{"a":1}'],
  ])('a byte order mark on one side is a difference of its own kind, whatever follows: %s', (type, body) => {
    const side = (content: string | Uint8Array) => ({ body: content, ...(type === undefined ? {} : { type }) });
    const told = (left: string | Uint8Array, right: string | Uint8Array) =>
      lines(comparePair(side(left), side(right)).differences);
    expect(told(body, `\ufeff${body}`)).toEqual(['byte_order_mark $: no byte order mark → byte order mark of UTF-8']);
    expect(told(utf16(body), `\ufeff${body}`)).toEqual([
      'byte_order_mark $: byte order mark of UTF-16LE → byte order mark of UTF-8',
    ]);
    expect(told(utf16(body), utf16(body).swap16())).toEqual([
      'byte_order_mark $: byte order mark of UTF-16LE → byte order mark of UTF-16BE',
    ]);
    expect(told(body, `\ufeff${body.replaceAll(/[1a]/g, '2')}`)).toContain(
      'byte_order_mark $: no byte order mark → byte order mark of UTF-8',
    );
    expect(told(body, `\ufeff${body.replaceAll(/[1a]/g, '2')}`).length).toBeGreaterThan(1);
  });

  it('a rule for the mark accepts it, and nothing else', () => {
    const rules = [rule({ path: '$', does: { kind: 'byte_order_mark' } })];
    const { differences, accepted } = comparePair(
      { type: JSON_TYPE, body: '{"a":1}' },
      { type: JSON_TYPE, body: '\ufeff{"a":2}' },
      { rules },
    );
    expect(lines(differences)).toEqual(['value $.a: 1 → 2']);
    expect(accepted).toMatchObject([{ kind: 'byte_order_mark', path: '$' }]);
  });

  it('a rule for the charset accepts that it is named, and nothing else', () => {
    const rules = [rule({ header: 'content-type', does: { kind: 'charset' } })];
    const told = (right: string) => {
      const { differences, accepted } = comparePair(
        { type: 'text/html', body: '' },
        { type: right, body: '' },
        { rules },
      );
      return [differences.length, accepted.length];
    };
    expect(told('text/html; charset=utf-8')).toEqual([0, 1]);
    expect(told('text/html; charset=latin1')).toEqual([1, 0]);
    expect(told('text/plain; charset=utf-8')).toEqual([1, 0]);
  });

  it('a byte order mark on both sides is none', () => {
    const { differences } = comparePair(
      { type: JSON_TYPE, body: '\ufeff{"a":1}' },
      { type: JSON_TYPE, body: '\ufeff{"a":1 }' },
    );
    expect(differences).toEqual([]);
  });

  it('UTF-16 is read', () => {
    const { differences } = comparePair(
      { type: JSON_TYPE, body: utf16('{"a":"é"}') },
      { type: JSON_TYPE, body: utf16('{"a":"è"}') },
    );
    expect(lines(differences)).toEqual(['value $.a: "é" → "è"']);
  });

  it('the charset parameter is heeded', () => {
    const latin1 = { type: 'application/json; charset=ISO-8859-1', body: Buffer.from('{"a":"é"}', 'latin1') };
    const { differences } = comparePair(latin1, { type: 'application/json', body: '{"a":"é"}' });
    expect(lines(differences)).toEqual([
      'header header.content-type: application/json; charset=ISO-8859-1 → application/json',
    ]);
  });

  it.each(['application/json', 'text/plain', 'text/csv'])(
    'bytes that the charset has no characters for are compared as bytes: %s',
    (essence) => {
      const body = (byte: number) => Buffer.from([0x5b, 0x22, 0x81, byte, 0x22, 0x5d]);
      const [left, right] = [0x20, 0x21].map((byte) => ({ type: `${essence}; charset=shift_jis`, body: body(byte) }));
      expect(comparePair(left!, right!).differences).toMatchObject([{ kind: 'bytes', path: 'bytes' }]);
    },
  );

  it('bytes that the charset has no characters for are told where one side alone has them', () => {
    const type = 'application/json; charset=shift_jis';
    const { differences } = comparePair({ type, body: '[1]' }, { type, body: Buffer.from('["\x81"]', 'latin1') });
    expect(lines(differences)).toContainEqual('encoding $: JSON → not JSON: it is not valid shift_jis');
  });

  it('bytes that are not UTF-8 differ from what people see in their place', () => {
    const invalid = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const { differences } = comparePair(
      { type: JSON_TYPE, body: invalid },
      { type: JSON_TYPE, body: '{"a":"\ufffd"}' },
    );
    expect(differences).toMatchObject([{ kind: 'encoding', path: '$.a' }]);
  });
});

describe('an empty body', () => {
  it.each(['{}', 'null', '""'])('is not %s', (body) => {
    const { differences } = comparePair({ type: JSON_TYPE }, { type: JSON_TYPE, body });
    expect(lines(differences)).toEqual([`added $: · → ${body}`]);
  });

  it('is an empty body', () => {
    expect(comparePair({ type: JSON_TYPE }, { type: JSON_TYPE }).differences).toEqual([]);
  });
});

describe('text', () => {
  it('is compared by line, and an insertion shifts nothing', () => {
    const { differences } = comparePair(
      { type: 'text/plain', body: 'a\nb\nc' },
      { type: 'text/plain', body: 'a\nx\nb\nC' },
    );
    expect(lines(differences)).toEqual(['value line: c → C', 'added line: · → x']);
  });

  it('that is not text is compared by bytes', () => {
    const { differences } = comparePair(
      { type: 'text/plain', body: Buffer.from([0, 1, 2]) },
      { type: 'text/plain', body: Buffer.from([0, 1, 3]) },
    );
    expect(differences).toMatchObject([{ kind: 'bytes', path: 'bytes' }]);
  });
});

describe('anything else', () => {
  const png = (last: number) => ({ type: 'image/png', body: Buffer.from([0x89, 0x50, 0x4e, 0x47, last]) });

  it('is compared by length, hash and first differing offset', () => {
    const { differences } = comparePair(png(1), png(2));
    expect(differences).toMatchObject([{ kind: 'bytes', path: 'bytes' }]);
    expect(differences[0]!.left).toMatch(/^5 bytes, sha256 [\da-f]{16}…, at 4: 01$/);
  });

  it('is equal where the bytes are', () => {
    expect(comparePair(png(1), png(1)).differences).toEqual([]);
  });
});

describe('without a content type', () => {
  it('what looks like JSON is JSON', () => {
    expect(lines(comparePair({ body: '{"a":1}' }, { body: '{"a":2}' }).differences)).toEqual(['value $.a: 1 → 2']);
  });

  it('what does not is text', () => {
    expect(lines(comparePair({ body: 'a' }, { body: 'b' }).differences)).toEqual(['value line: a → b']);
  });
});

describe('bodies longer than the limit', () => {
  const config = { maxDecoded: 100 };
  const numbered = (count: number, change: (at: number) => string = (at) => `line ${at}`) =>
    Array.from({ length: count }, (_, at) => `${change(at)}\n`).join('');
  const compare = (left: string, right: string, type = 'text/plain') =>
    lines(comparePair({ type, body: left }, { type, body: right }, config).differences);

  it('are compared by the whole lines of their beginnings, and the account says how far, with the hash of all', () => {
    const left = numbered(50);
    const right = numbered(50, (at) => (at === 3 || at === 49 ? `LINE ${at}` : `line ${at}`));
    expect(compare(left, right)).toEqual([
      'value line: line 3 → LINE 3',
      expect.stringMatching(
        /^budget \$: 94 of 390 bytes compared by line, since the limit is 100; sha256 [\da-f]{64}; first difference at 21 → 94 of 390 bytes compared by line, .*$/,
      ),
    ]);
  });

  it('say nothing of lines that may be in the rest of the other', () => {
    const left = numbered(50);
    const right = `inserted\n${left}`;
    const ofLines = (all: readonly string[]) => all.filter((line) => !line.startsWith('budget'));
    expect(ofLines(compare(left, right))).toEqual(['added line: · → inserted']);
    expect(ofLines(compare(right, left))).toEqual(['removed line: inserted → ·']);
  });

  it('of which one alone is longer are compared as far as it goes', () => {
    expect(compare('line 0\nLINE 1\nline 2\n', numbered(50))).toEqual([
      'value line: LINE 1 → line 1',
      expect.stringContaining('budget $: 21 of 21 bytes compared by line'),
    ]);
  });

  it('that are no text, or one line, have their hash and the first difference', () => {
    const body = (last: string) => `[${'1,'.repeat(100)}${last}]`;
    expect(compare(body('1'), body('2'), JSON_TYPE)).toEqual([
      expect.stringMatching(/^budget \$: 0 of 203 bytes compared by line, .* first difference at 201 → /),
    ]);
    expect(compare(`\0${body('1')}\n`, `\0${body('2')}\n`)).toHaveLength(1);
    expect(compare(`\0\n${body('1')}`, `\0\n${body('2')}`)[0]).toMatch(/^budget \$: 205 bytes compared as such, /);
  });
});

it('a comparison that takes too long gives up and says where', () => {
  let now = 0;
  const body = (leaf: number) =>
    JSON.stringify(Array.from({ length: 5_000 }, (_, at) => ({ at, deep: { value: leaf } })));
  const { differences } = comparePair(
    { type: JSON_TYPE, body: body(1) },
    { type: JSON_TYPE, body: body(2) },
    // With a rule, since bodies of this size then are no small ones.
    { budget: 1_000, rules: [rule({ path: '$.none', does: { kind: 'ignore' } })] },
    stillClock,
    () => (now += 20),
  );
  expect(differences.some(({ kind }) => kind === 'value')).toBe(true);
  expect(differences.filter(({ kind }) => kind === 'budget')).toMatchObject([
    { path: '$', left: expect.stringMatching(/^the time for one pair is over, at \$\[\*\]/) },
  ]);
});
