/** Responses of a target that is read leniently: what is allowed comes out in canonical form, all else is refused as ever. */
import { describe, expect, test } from 'vitest';
import type { Leniency } from '../../../../src/config/target-types.ts';
import { cut, LIMITS, responses } from './parsing.ts';

const ALL: readonly Leniency[] = ['colon_space', 'chunk_padding', 'duplicate_length'];
const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

const read = (pieces: readonly string[], lenient: readonly Leniency[], answersTo = 'GET') =>
  responses(pieces, answersTo, LIMITS, lenient);
const isRefused = (events: readonly object[]): boolean => events.some((event) => 'error' in event);

/** What is allowed by which option, and how it comes out. */
const DEVIATIONS: readonly (readonly [Leniency, string, string, string])[] = [
  [
    'colon_space',
    'a space before a colon',
    `${OK}X : a\r\nContent-Length: 1\r\n\r\na`,
    `${OK}X: a\r\nContent-Length: 1\r\n\r\na`,
  ],
  [
    'colon_space',
    'tabs before a colon',
    `${OK}X \t\t :a\r\nContent-Length:1\r\n\r\na`,
    `${OK}X:a\r\nContent-Length:1\r\n\r\na`,
  ],
  [
    'colon_space',
    'a space behind Content-Length',
    `${OK}Content-Length : 2\r\n\r\nhi`,
    `${OK}Content-Length: 2\r\n\r\nhi`,
  ],
  [
    'colon_space',
    'a space behind Transfer-Encoding',
    `${OK}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    `${CHUNKED}0\r\n\r\n`,
  ],
  ['colon_space', 'a space behind Connection', `${OK}Connection : close\r\n\r\nhi`, `${OK}Connection: close\r\n\r\nhi`],
  ['colon_space', 'an empty value', `${OK}X :\r\nContent-Length: 0\r\n\r\n`, `${OK}X:\r\nContent-Length: 0\r\n\r\n`],
  [
    'colon_space',
    'a value with such a colon',
    `${OK}X: a : b\r\nY : c : d\r\n\r\n`,
    `${OK}X: a : b\r\nY: c : d\r\n\r\n`,
  ],
  [
    'colon_space',
    'interim responses',
    `HTTP/1.1 103 x\r\nLink : </a>\r\n\r\nHTTP/1.1 100 \r\n\r\n${OK}X : a\r\nContent-Length: 0\r\n\r\n`,
    `HTTP/1.1 103 x\r\nLink: </a>\r\n\r\nHTTP/1.1 100 \r\n\r\n${OK}X: a\r\nContent-Length: 0\r\n\r\n`,
  ],
  [
    'duplicate_length',
    'the same length twice',
    `${OK}Content-Length: 2\r\nX: a\r\ncontent-length:2\r\n\r\nhi`,
    `${OK}Content-Length: 2\r\nX: a\r\n\r\nhi`,
  ],
  [
    'duplicate_length',
    'a list of the same length',
    `${OK}Content-Length: 2 , 2,2\r\n\r\nhi`,
    `${OK}Content-Length: 2\r\n\r\nhi`,
  ],
  [
    'duplicate_length',
    'lists and fields of the same length',
    `${OK}Content-Length: 2\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nhi`,
    `${OK}Content-Length: 2\r\n\r\nhi`,
  ],
  [
    'duplicate_length',
    'different lengths of two responses',
    `${OK}Content-Length: 1\r\nContent-Length: 1\r\n\r\na${OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi`,
    `${OK}Content-Length: 1\r\n\r\na${OK}Content-Length: 2\r\n\r\nhi`,
  ],
  [
    'chunk_padding',
    'padding behind a chunk size',
    `${CHUNKED}2  \r\nhi\r\n0\t \r\n\r\n`,
    `${CHUNKED}2\r\nhi\r\n0\r\n\r\n`,
  ],
  [
    'chunk_padding',
    'padding before an extension',
    `${CHUNKED}2 ;a=b\r\nhi\r\n0\r\n\r\n`,
    `${CHUNKED}2\r\nhi\r\n0\r\n\r\n`,
  ],
  [
    'chunk_padding',
    'padding in a second response',
    `${CHUNKED}0\r\n\r\n${CHUNKED}2 \r\nhi\r\n0\r\n\r\n`,
    `${CHUNKED}0\r\n\r\n${CHUNKED}2\r\nhi\r\n0\r\n\r\n`,
  ],
];

describe.each(DEVIATIONS)('%s: %s', (option, _what, text, canonical) => {
  const strict = responses([canonical]);

  test('is read as its canonical form, however it is cut', () => {
    expect(isRefused(strict)).toBe(false);
    expect(read([text], [option])).toEqual(strict);
    expect(read([text], ALL)).toEqual(strict);
    expect(read([...text], [option])).toEqual(strict);
    for (let at = 1; at < text.length; at++) expect(read(cut(text, [at]), ALL), `cut at ${at}`).toEqual(strict);
  });

  test('is refused without the option', () => {
    expect(isRefused(responses([text]))).toBe(true);
    const others = ALL.filter((other) => other !== option);
    expect(isRefused(read([text], others))).toBe(true);
    expect(isRefused(read([...text], others))).toBe(true);
  });
});

const END = 'Content-Length: 0\r\n\r\n';

const MALFORMED = {
  'two lengths': `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  'two lengths, one spaced': `${OK}Content-Length : 1\r\nContent-Length: 2\r\n\r\nab`,
  'two lengths and one of them twice': `${OK}Content-Length: 1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  'a list of two lengths': `${OK}Content-Length: 1, 2\r\n\r\nab`,
  'a list and a length that differ': `${OK}Content-Length: 1, 1\r\nContent-Length: 2\r\n\r\nab`,
  'a list that begins like its member': `${OK}Content-Length: 1, 11\r\n\r\na`,
  'lengths of the same number but another form': `${OK}Content-Length: 1\r\nContent-Length: 01\r\n\r\na`,
  'an empty member': `${OK}Content-Length: 1,, 1\r\n\r\na`,
  'an empty member at the end': `${OK}Content-Length: 1,\r\n\r\na`,
  'an empty length and another': `${OK}Content-Length:\r\nContent-Length: 1\r\n\r\na`,
  'lengths without a comma': `${OK}Content-Length: 1 1\r\n\r\na`,
  'lengths with signs': `${OK}Content-Length: +1, +1\r\n\r\na`,
  'lengths that overflow': `${OK}Content-Length: 99999999999999999999\r\nContent-Length: 99999999999999999999\r\n\r\na`,
  'lengths beyond 2^53': `${OK}Content-Length: 9007199254740993, 9007199254740993\r\n\r\na`,
  'lengths in hexadecimal': `${OK}Content-Length: 0x1, 0x1\r\n\r\na`,
  'a length twice and chunked': `${OK}Content-Length: 1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'chunked and a length twice': `${OK}Transfer-Encoding: chunked\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n0\r\n\r\n`,
  'a length and chunked, both spaced': `${OK}Content-Length : 1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  'a coding beneath chunked, spaced': `${OK}Transfer-Encoding : gzip, chunked\r\n\r\n0\r\n\r\n`,
  'a coding that is not chunked, spaced': `${OK}Transfer-Encoding : gzip\r\n\r\nabc`,
  'a length in folded lines': `${OK}Content-Length: 1\r\n , 1\r\n\r\na`,
  'a fold behind a length that is left out': `${OK}Content-Length: 1\r\nContent-Length: 1\r\n 2\r\n\r\na`,
  'a fold behind a spaced name': `${OK}X : a\r\n b\r\n${END}`,
  'a fold behind an empty value': `${OK}X :\r\n b\r\n${END}`,
  'a fold with a colon': `${OK}X: a\r\n Y : b\r\n${END}`,
  'a field before the first one is begun': `${OK} X : a\r\n${END}`,
  'a name of white space': `${OK} : a\r\n${END}`,
  'no name': `${OK}: a\r\n${END}`,
  'a space within a name': `${OK}X Y : a\r\n${END}`,
  'a control character within a name': `${OK}X\x01 : a\r\n${END}`,
  'a NUL before a colon': `${OK}X \0: a\r\n${END}`,
  'a vertical tab before a colon': `${OK}X\v: a\r\n${END}`,
  'a no-break space before a colon': `${OK}X\xa0: a\r\n${END}`,
  'a CR before a colon': `${OK}X \r: a\r\n${END}`,
  'an LF before a colon': `${OK}X \n: a\r\n${END}`,
  'a line break before a colon': `${OK}X \r\n: a\r\n${END}`,
  'a NUL in a value': `${OK}X : a\0\r\n${END}`,
  'a control character in a value': `${OK}X : a\x01\r\n${END}`,
  'a DEL in a value': `${OK}X : a\x7f\r\n${END}`,
  'a bare CR in a value': `${OK}X : a\rY : b\r\n${END}`,
  'a bare LF in a value': `${OK}X : a\nY : b\r\n${END}`,
  'a bare LF behind a length': `${OK}Content-Length: 1, 1\nX: a\r\n\r\na`,
  'a bare LF that ends the head': `${OK}Content-Length: 0\r\n\n`,
  'bare LFs': 'HTTP/1.1 200 OK\nX : a\nContent-Length: 0\n\n',
  'two CRs': `${OK}X : a\r\r\n${END}`,
  'a CR before a length ends': `${OK}Content-Length: 1\r\r\n\r\na`,
  'a line without a colon': `${OK}hello \r\n${END}`,
  'a spaced status line': 'HTTP/1.1 : 200 OK\r\n\r\n',
  'a NUL in the reason': `HTTP/1.1 200 O\0K\r\n${END}`,
  'a status line that is a field': 'HTTP : 1.1 200 OK\r\n\r\n',
  'an empty line in front': `\r\n${OK}${END}`,
  'padding before a chunk size': `${CHUNKED} 2\r\nhi\r\n0\r\n\r\n`,
  'padding within a chunk size': `${CHUNKED}1 0\r\n0123456789abcdef\r\n0\r\n\r\n`,
  'padding in place of a chunk size': `${CHUNKED} \r\nhi\r\n0\r\n\r\n`,
  'padding and a bare LF': `${CHUNKED}2 \nhi\r\n0\r\n\r\n`,
  'padding and a bare CR': `${CHUNKED}2 \rhi\r\n0\r\n\r\n`,
  'padding of a vertical tab': `${CHUNKED}2\v\r\nhi\r\n0\r\n\r\n`,
  'padding of a NUL': `${CHUNKED}2\0\r\nhi\r\n0\r\n\r\n`,
  'padding and a chunk that is longer': `${CHUNKED}2 \r\nhii\r\n0\r\n\r\n`,
  'padding and a size that overflows': `${CHUNKED}fffffffffffffffff \r\nhi\r\n0\r\n\r\n`,
  'padding and no hexadecimal size': `${CHUNKED}0x2 \r\nhi\r\n0\r\n\r\n`,
  'a length in the trailers': `${CHUNKED}2 \r\nhi\r\n0\r\nContent-Length: 2\r\n\r\n`,
  'a space before the colon of a trailer': `${CHUNKED}2 \r\nhi\r\n0\r\nX : a\r\n\r\n`,
  'a fold in the trailers': `${CHUNKED}2 \r\nhi\r\n0\r\nX: a\r\n b\r\n\r\n`,
};

test.each(Object.entries(MALFORMED))('%s is refused, however it is cut and whatever is allowed', (_what, text) => {
  for (const lenient of [[], ...ALL.map((one) => [one]), ALL]) {
    expect(isRefused(read([text], lenient)), lenient.join()).toBe(true);
    expect(isRefused(read([...text], lenient)), lenient.join()).toBe(true);
  }
  for (let at = 1; at < text.length; at++) expect(isRefused(read(cut(text, [at]), ALL)), `cut at ${at}`).toBe(true);
});

const thousands = (text: string): string[] =>
  cut(
    text,
    Array.from({ length: Math.floor(text.length / 1_000) }, (_, index) => (index + 1) * 1_000),
  );

test('padding without end is refused', () => {
  const events = read(thousands(`${CHUNKED}2${' '.repeat(20_000)}\r\nhi\r\n0\r\n\r\n`), ALL);
  expect(events.at(-1)).toEqual({ error: 'malformed' });
});

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

test('with any byte of it changed, left out or added, what is read leniently is what its canonical form says', () => {
  const texts = [
    `${OK}X : a\r\nContent-Length : 2, 2\r\nY: b\r\nContent-Length: 2\r\n\r\nhi`,
    `${OK}Transfer-Encoding : chunked\r\nX : a\r\n\r\n2 \r\nhi\r\n0 \r\nA: b\r\n\r\n`,
  ];
  let accepted = 0;
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      for (const byte of ['', ...'\0\t\n\v\r ,:;-0129aX\x7f\xa0']) {
        for (const behind of [at, at + 1]) {
          const events = read([text.slice(0, at) + byte + text.slice(behind)], ALL);
          if (isRefused(events)) continue;
          accepted++;
          for (const event of events) {
            if (!('head' in event)) continue;
            const { fields } = event.head;
            const names = fields.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
            expect(names.every((name) => TOKEN.test(name))).toBe(true);
            expect(fields.every((field) => VALUE.test(field))).toBe(true);
            const framing = names.filter((name) => name === 'content-length' || name === 'transfer-encoding');
            expect(framing.length).toBeLessThan(2);
            // A strict reader of what is passed on sees the same head.
            const lines = names.map((name, index) => `${name}: ${fields[index * 2 + 1]}\r\n`).join('');
            const again = responses([`HTTP/1.1 ${event.head.status} ${event.head.reason}\r\n${lines}\r\n`]);
            expect(again[0]).toMatchObject({ head: { bodyLength: event.head.bodyLength } });
          }
        }
      }
    }
  }
  expect(accepted).toBeGreaterThan(100);
});

test.each([
  ['lengths without end', 'Content-Length: 1\r\n'.repeat(8_000)],
  ['white space without end', `X${' '.repeat(140_000)}`],
  ['spaced lines without end', `X${' '.repeat(1_000)}: a\r\n`.repeat(140)],
])('%s are too large a head, and not read on', (_what, fields) => {
  const text = `${OK}${fields}`;
  expect(text.length).toBeGreaterThan(2 * LIMITS.headerBytes);
  expect(read([text], ALL)).toEqual([{ error: 'head_too_large' }]);
  expect(read(thousands(text), ALL)).toEqual([{ error: 'head_too_large' }]);
});

test.each([
  ['HEAD', `${OK}Content-Length: 5, 5\r\n\r\n`],
  ['GET', 'HTTP/1.1 304 x\r\nContent-Length : 5\r\nContent-Length: 5\r\n\r\n'],
])('a response to %s without a body is over with its head', (method, text) => {
  const events = read([text], ALL, method);
  expect(events).toMatchObject([{ head: { bodyLength: 0 } }, { end: [] }]);
  expect(events[0]).toMatchObject({ head: { fields: ['Content-Length', '5'] } });
});
