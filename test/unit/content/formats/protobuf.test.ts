import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../../src/compare/comparator.ts';
import type { ProtobufTypes } from '../../../../src/content/formats/format.ts';
import { protobuf } from '../../../../src/content/formats/protobuf.ts';
import { readDescriptors } from '../../../../src/lib/protobuf/descriptors.ts';
import { field, varint } from '../../../support/protobuf-message.ts';
import { comparePair, defaults, lines, response, stillClock } from '../../compare/pair.ts';
import { bodyOf, readJson } from './reading.ts';

const type = 'application/x-protobuf';

describe('a message of unknown type is read by field number', () => {
  it.each([
    ['a varint', field.varint(1, 150), '{"_1":[150]}'],
    ['the largest varint', field.varint(1, -1), '{"_1":[18446744073709551615]}'],
    ['the largest field number', field.varint(536_870_911, 0), '{"_536870911":[0]}'],
    ['eight bytes', field.double(1, 1.5), '{"_1":["0x3ff8000000000000, as a double 1.5"]}'],
    ['four bytes', field.float(1, 1.5), '{"_1":["0x3fc00000, as a float 1.5"]}'],
    ['text', field.length(2, 'grüße\n'), '{"_2":["grüße\\n"]}'],
    ['nothing', field.length(2), '{"_2":[""]}'],
    ['short text that could be a message', field.length(2, 'HA'), '{"_2":["HA"]}'],
    ['a message', field.length(2, field.varint(1, 1)), '{"_2":[{"_1":[1]}]}'],
    [
      'a message that could be text',
      field.length(2, field.length(1, 'x'.repeat(32))),
      `{"_2":[{"_1":["${'x'.repeat(32)}"]}]}`,
    ],
    ['text that begins with a line end', field.length(2, '\nHello'), '{"_2":["\\nHello"]}'],
    ['bytes', field.length(2, Buffer.from([0xff, 0])), '{"_2":[{"#bytes":"/wA="}]}'],
    ['a group', field.group(3, field.varint(1, 1)), '{"_3":[{"#group":{"_1":[1]}}]}'],
    [
      'a repeated field',
      Buffer.concat([field.varint(1, 1), field.varint(2, 9), field.varint(1, 2)]),
      '{"_1":[1,2],"_2":[9]}',
    ],
  ])('%s', (_, body, expected) => {
    expect(readJson(protobuf, bodyOf(body, type))).toBe(expected);
  });
});

describe('what is no message is told', () => {
  it.each([
    ['a field number of zero', [0x00, 0x01], 0],
    ['a field number beyond the largest', [0x80, 0x80, 0x80, 0x80, 0x10, 0x00], 0],
    ['a wire type that does not exist', [0x08, 0x01, 0x0e], 2],
    ['a varint that never ends', [0x08, 0xff], 0],
    ['a varint that is too long', [0x08, ...Array(10).fill(0x80), 0x01], 0],
    ['a length beyond the end', [0x0a, 0x02, 0x61], 0],
    ['eight bytes that are cut off', [0x09, 0, 0, 0], 0],
    ['four bytes that are cut off', [0x0d, 0], 0],
    ['a group that never ends', [0x0b, 0x08, 0x01], 3],
    ['a group that never began', [0x0c], 0],
    ['a group that ends as another', [0x0b, 0x14], 1],
    ['groups nested too deeply', Array(101).fill(0x0b), 99],
  ])('%s', (_, bytes, offset) => {
    expect(readJson(protobuf, bodyOf(Buffer.from(bytes), type))).toBe(`problem: no field begins at byte ${offset}`);
  });

  it('on one side, and the bytes are compared', () => {
    const { differences } = comparePair({ type, body: field.varint(1, 1) }, { type, body: Buffer.from([0]) });
    expect(differences).toMatchObject([
      { kind: 'bytes' },
      { kind: 'encoding', left: 'protobuf', right: 'not protobuf: no field begins at byte 0' },
    ]);
  });
});

describe('messages differ', () => {
  const message = (...prices: number[]) =>
    Buffer.concat(prices.map((price) => field.length(1, field.varint(2, price), field.length(3, 'name'))));

  it.each([
    ['in a field', message(1, 2), message(1, 3), ['value $._1[*]._2[*]: 2 → 3']],
    ['in a message more', message(1), message(2, 1), ['added $._1[*]: · → {"_2":[2],"_3":["name"]}']],
    [
      'in a field more',
      field.varint(1, 1),
      Buffer.concat([field.varint(1, 1), field.varint(4, 5)]),
      ['added $._4: · → [5]'],
    ],
    [
      'not in the order of fields',
      Buffer.concat([field.varint(1, 1), field.varint(2, 2)]),
      Buffer.concat([field.varint(2, 2), field.varint(1, 1)]),
      [],
    ],
    [
      'in a sign of zero',
      field.double(1, 0),
      field.double(1, -0),
      ['value $._1[*]: "0x0000000000000000, as a double 0" → "0x8000000000000000, as a double 0"'],
    ],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual(expected);
  });
});

it('messages after their lengths are an array', () => {
  const delimited = Buffer.concat(
    [1, 300].flatMap((value) => [varint(field.varint(1, value).length), field.varint(1, value)]),
  );
  const as = `application/vnd.google.protobuf; proto=io.Metric; encoding=delimited`;
  expect(readJson(protobuf, bodyOf(delimited, as))).toBe('[{"_1":[1]},{"_1":[300]}]');
  expect(readJson(protobuf, bodyOf(delimited.subarray(0, -1), as))).toBe('problem: message 2 has no end');
  expect(readJson(protobuf, bodyOf(Buffer.from([1, 0]), as))).toBe('problem: message 1: no field begins at byte 0');
});

describe('hostile messages', () => {
  const nested = (levels: number) => {
    let message: Buffer = field.varint(1, 1);
    for (let level = 0; level < levels; level++) message = field.length(1, message);
    return message;
  };

  it('that nest further than parsers go are shown as bytes from there', () => {
    expect(readJson(protobuf, bodyOf(nested(100), type))).toMatch(/^(?:\{"_1":\[){101}1(?:\]\}){101}$/);
    expect(readJson(protobuf, bodyOf(nested(101), type))).toMatch(
      /^(?:\{"_1":\[){101}\{"#bytes":"CAE="\}(?:\]\}){101}$/,
    );
  });

  it.each([
    ['fields', Buffer.concat(Array(200_000).fill(field.varint(1, 1)))],
    ['field numbers', Buffer.concat(Array.from({ length: 100_000 }, (_, at) => field.varint(at + 1, 1)))],
    ['groups', Buffer.concat(Array(200_000).fill(field.group(1)))],
    ['levels', nested(5_000)],
  ])('with many %s are read', (_, body) => {
    expect(readJson(protobuf, bodyOf(body, type))).toMatch(/^\{"_1":/);
  });
});

describe('a message of a known type', () => {
  const bytes = readFileSync(new URL('../../../fixtures/protobuf/shop.binpb', import.meta.url));
  const types: ProtobufTypes = { descriptors: readDescriptors(bytes)!, message: 'shop.v1.Order' };
  const read = (body: Uint8Array, as = type, protobufTypes = types) =>
    readJson(protobuf, bodyOf(body, as, protobufTypes));

  it('is read as protobuf itself maps it to JSON, with its numbers as numbers', () => {
    // Written by the Python library of protobuf from test/fixtures/protobuf/shop.proto.
    const order = Buffer.from(
      'CP/////////v/wEQ////////////ARojCgNBLTERexSuR+H6I0AaDAIB/v///w//////DyIFCgNBLTIiDgoBeBIJEQAAAAAAAPA/Kg0I/P//////' +
        '////ARABKgQIABAAMgIA/zgBQP///////////wFICVX/////Xf////9h//////////9pAAAAAAAAAIB1AAAAP3oNAAH///////////8BB4IBCAAA' +
        'wD8AAADAigEBYYoBAsOpigEAkAH9//////////8BmAH/////D6gBBw==',
      'base64',
    );
    expect(read(order)).toBe(
      '{"id":-9007199254740993,"state":"REFUNDED","items":[{"sku":"A-1","price":9.99,' +
        '"deltas":[1,-1,2147483647,-2147483648],"part":{"sku":"A-2"}}],"by_sku":{"x":{"price":1}},' +
        '"flags":{"-4":true,"0":false},"blob":"AP8=","paid":true,"large":18446744073709551615,"delta":-5,' +
        '"fixed":4294967295,"signed_fixed":-1,"fixed_long":18446744073709551615,"signed_fixed_long":-9223372036854775808,' +
        '"ratio":0.5,"states":["UNKNOWN","OPEN","REFUNDED",7],"ratios":[1.5,-2],"notes":["a","é",""],"small":-3,' +
        '"count":4294967295,"cash":7}',
    );
  });

  it.each([
    ['that is not packed', Buffer.concat([field.varint(15, 1), field.varint(15, 0)]), '{"states":["OPEN","UNKNOWN"]}'],
    ['of a number that the type has not', field.varint(99, 1), '{"_99":[1]}'],
    ['of a wire type that is not its own', field.length(1, 'x'), '{"_1":["x"]}'],
    ['that holds no message', field.length(3, Buffer.from([0])), '{"_3":[{"#bytes":"AA=="}]}'],
    ['that is there twice', Buffer.concat([field.varint(1, 1), field.varint(1, 2)]), '{"id":2}'],
    ['with an entry that leaves out key and value', field.length(4), '{"by_sku":{"":{}}}'],
    ['with bytes that pack no numbers', field.length(15, Buffer.from([0xff])), '{"_15":[{"#bytes":"/w=="}]}'],
    ['with bytes that pack no floats', field.length(16, Buffer.from([1, 2, 3])), '{"_16":[{"#bytes":"AQID"}]}'],
    ['that is not a number', field.float(14, Number.NaN), '{"ratio":"NaN"}'],
    ['that is a negative zero', field.float(14, -0), '{"ratio":-0}'],
  ])('may have a field %s', (_, body, expected) => {
    expect(read(body)).toBe(expected);
  });

  it('merges a message that is there in two parts', () => {
    const part = field.length(4, field.length(1, 'A-2'));
    const rest = field.length(4, field.double(2, 1));
    expect(read(field.length(3, part, rest))).toBe('{"items":[{"part":{"sku":"A-2","price":1}}]}');
  });

  it('may be named by the media type', () => {
    expect(read(field.length(1, 'A'), `${type}; messageType="shop.v1.Order.Item"`)).toBe('{"sku":"A"}');
  });

  it('of a name that no descriptor has is read by number', () => {
    expect(read(field.length(1, 'A'), `${type}; messageType=shop.v1.Nothing`)).toBe('{"_1":["A"]}');
  });

  it.each([
    ['nothing', ''],
    ['no message', '\0'],
    ['another message', field.varint(1, 1)],
  ])('needs descriptors that are none with %s in them', (_, content) => {
    expect(readDescriptors(Buffer.from(content as string))).toBeUndefined();
  });
});

describe('with descriptors in the configuration', () => {
  const shop = readFileSync(new URL('../../../fixtures/protobuf/shop.binpb', import.meta.url));
  const method = (name: string, answer: string) =>
    field.length(2, field.length(1, name), field.length(2, '.shop.v1.Order.Item'), field.length(3, answer));
  const service = field.length(
    1,
    field.length(2, 'shop.v1'),
    field.length(6, field.length(1, 'Orders'), method('Get', '.shop.v1.Order'), method('Lost', '.shop.v1.Nothing')),
  );
  const descriptors = { file: 'shop.binpb', base64: Buffer.concat([shop, service]).toString('base64') };
  const id = (value: number) => field.varint(1, value);
  const framed = (message: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);

  it.each([
    ['the message that the route names', type, { message: 'shop.v1.Order' }, '/orders', id, 'value $.id: 1 → 2'],
    ['no message', type, {}, '/orders', id, 'value $._1[*]: 1 → 2'],
    [
      'a gRPC method',
      'application/grpc-web+proto',
      {},
      '/shop.v1.Orders/Get',
      (at: number) => framed(id(at)),
      'value $[*].id: 1 → 2',
    ],
    ['a method behind a prefix', type, {}, '/api/shop.v1.Orders/Get?x=/a/b', id, 'value $.id: 1 → 2'],
    [
      'a method before the route',
      type,
      { message: 'shop.v1.Order.Item' },
      '/shop.v1.Orders/Get',
      id,
      'value $.id: 1 → 2',
    ],
    ['a method that is not known', type, { message: 'shop.v1.Order' }, '/shop.v1.Orders/Put', id, 'value $.id: 1 → 2'],
    ['a method whose answer is not known', type, {}, '/shop.v1.Orders/Lost', id, 'value $._1[*]: 1 → 2'],
  ])('fields are named by %s', (_, as, protobuf, target, body, expected) => {
    const compare = makeComparator({ ...defaults, protobuf: { descriptors, ...protobuf } }, stillClock);
    const [left, right] = [1, 2].map((at) => response({ type: as, body: body(at) }));
    expect(lines(compare(left!, right!, { method: 'POST', target, fields: [] }).differences)).toEqual([expected]);
  });

  it('that are none, fields have their numbers', () => {
    const protobuf = { descriptors: { file: 'x', base64: 'AAAA' }, message: 'shop.v1.Order' };
    const { differences } = comparePair({ type, body: id(1) }, { type, body: id(2) }, { protobuf });
    expect(lines(differences)).toEqual(['value $._1[*]: 1 → 2']);
  });
});
