import { describe, expect, it } from 'vitest';
import { msgpack } from '../../../../src/content/formats/msgpack.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf, readJson } from './reading.ts';

const type = 'application/msgpack';

/** Hexadecimal digits with blanks between them. */
function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex');
}

describe('a value is read by its first byte', () => {
  it.each([
    ['nil', 'c0', 'null'],
    ['false', 'c2', 'false'],
    ['true', 'c3', 'true'],
    ['positive fixint', '7f', '127'],
    ['negative fixint', 'e0', '-32'],
    ['uint 8', 'cc ff', '255'],
    ['uint 16', 'cd ffff', '65535'],
    ['uint 32', 'ce ffffffff', '4294967295'],
    ['uint 64', 'cf ffffffffffffffff', '18446744073709551615'],
    ['int 8', 'd0 80', '-128'],
    ['int 16', 'd1 8000', '-32768'],
    ['int 32', 'd2 80000000', '-2147483648'],
    ['int 64', 'd3 8000000000000000', '-9223372036854775808'],
    ['float 32', 'ca 3fc00000', '1.5'],
    ['float 64', 'cb 3fb999999999999a', '0.1'],
    ['a large float', 'cb 7fefffffffffffff', '1.7976931348623157e+308'],
    ['negative zero', 'cb 8000000000000000', '-0'],
    ['not a number', 'cb 7ff8000000000000', '{"#float":"NaN"}'],
    ['infinity', 'ca ff800000', '{"#float":"-Infinity"}'],
    ['fixstr', 'a3 c3a922', '"é\\""'],
    ['str 8', 'd9 01 61', '"a"'],
    ['str 16', 'da 0001 61', '"a"'],
    ['str 32', 'db 00000001 61', '"a"'],
    ['bin 8', 'c4 02 00ff', '{"#bin":"AP8="}'],
    ['bin 16', 'c5 0000', '{"#bin":""}'],
    ['bin 32', 'c6 00000001 01', '{"#bin":"AQ=="}'],
    ['fixarray', '92 01 90', '[1,[]]'],
    ['array 16', 'dc 0001 01', '[1]'],
    ['array 32', 'dd 00000001 01', '[1]'],
    ['fixmap', '82 a1 61 01 a1 62 80', '{"a":1,"b":{}}'],
    ['map 16', 'de 0001 a1 61 01', '{"a":1}'],
    ['map 32', 'df 00000001 a1 61 01', '{"a":1}'],
    ['fixext', 'd4 05 ff', '{"#ext":{"type":5,"data":"/w=="}}'],
    ['ext 8', 'c7 01 80 ff', '{"#ext":{"type":-128,"data":"/w=="}}'],
    ['timestamp 32', 'd6 ff 6921e2f1', '{"#timestamp":"2025-11-22T16:21:05Z"}'],
    ['timestamp 64', 'd7 ff 00000004 6921e2f1', '{"#timestamp":"2025-11-22T16:21:05.000000001Z"}'],
    ['timestamp 96', 'c7 0c ff 1dcd6500 ffffffffffffffff', '{"#timestamp":"1969-12-31T23:59:59.500000000Z"}'],
    ['a time without a date', 'c7 0c ff 00000000 7fffffffffffffff', '{"#ext":{"type":-1,"data":"AAAAAH//////////"}}'],
    ['keys that are no strings', '84 01 00 a1 31 00 c0 00 a1 23 00', '{"#1":0,"1":0,"#null":0,"##":0}'],
    ['a repeated key', '82 a1 61 01 a1 61 02', '{"a":1,"a":2}'],
  ])('%s', (_, digits, expected) => {
    expect(readJson(msgpack, bodyOf(hex(digits), type))).toBe(expected);
  });
});

describe('what is no MessagePack is told', () => {
  it.each([
    ['a byte that begins nothing', 'c1', 'a value never begins with 0xc1 at byte 0'],
    ['a number that is cut off', 'cd 01', 'it ends too early, at byte 2'],
    ['a string that is cut off', 'a5 61', 'it ends too early, at byte 2'],
    ['an array that is cut off', '92 01', 'it ends too early, at byte 2'],
    ['an array that announces more than there is', 'dd ffffffff 01', 'it ends too early, at byte 6'],
    ['a map that announces more than there is', 'df 7fffffff', 'it ends too early, at byte 5'],
    ['something after the value', '01 02', 'something follows the value at byte 1'],
    ['a key that is an array', '81 90 01', 'the key of a map is a container at byte 1'],
  ])('%s', (_, digits, problem) => {
    expect(readJson(msgpack, bodyOf(hex(digits), type))).toBe(`problem: ${problem}`);
  });

  it('on one side, and the bytes are compared', () => {
    const { differences } = comparePair({ type, body: hex('92 01 02') }, { type, body: hex('92 00') });
    expect(differences).toMatchObject([
      { kind: 'bytes' },
      { kind: 'encoding', left: 'MessagePack', right: 'not MessagePack: it ends too early, at byte 2' },
    ]);
  });
});

describe('MessagePack bodies differ', () => {
  it.each([
    [
      'in a number',
      '81 a1 61 cf 0020000000000001',
      '81 a1 61 cf 0020000000000000',
      ['value $.a: 9007199254740993 → 9007199254740992'],
    ],
    ['in a type', '81 a1 61 01', '81 a1 61 a1 31', ['type $.a: 1 → "1"']],
    ['in an element more', '92 01 02', '93 01 03 02', ['added $[*]: · → 3']],
    ['in bytes that are no text', '81 a1 61 a1 ff', '81 a1 61 a1 fe', ['encoding $.a: "\ufffd" → "\ufffd"']],
    ['not in how a number is written', '81 a1 61 01', '81 a1 61 d3 0000000000000001', []],
    ['not in the order of members', '82 a1 61 01 a1 62 02', '82 a1 62 02 a1 61 01', []],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: hex(left) }, { type, body: hex(right) }).differences)).toEqual(expected);
  });
});

it.each([
  ['levels', hex(`${'91'.repeat(100_000)}c0`)],
  ['levels of maps', hex(`${'81a161'.repeat(100_000)}c0`)],
  ['elements', Buffer.concat([hex('dd 000f4240'), Buffer.alloc(1_000_000)])],
  ['empty arrays', Buffer.concat([hex('dd 000f4240'), Buffer.alloc(1_000_000, 0x90)])],
])('any number of %s is read', (_, body) => {
  expect(readJson(msgpack, bodyOf(body, type))).toMatch(/^[[{]/);
});
