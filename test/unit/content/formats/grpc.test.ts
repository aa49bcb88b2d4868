import { describe, expect, it } from 'vitest';
import { grpc } from '../../../../src/content/formats/grpc.ts';
import { field } from '../../../support/protobuf-message.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf, readJson } from './reading.ts';

function frame(flags: number, payload: Uint8Array | string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags);
  const bytes = Buffer.from(payload as string);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

const message = (value: number) => frame(0, field.varint(1, value));

describe('an answer is read message by message', () => {
  it.each([
    ['several', 'application/grpc', Buffer.concat([message(1), message(2)]), '[{"_1":[1]},{"_1":[2]}]'],
    ['an empty one', 'application/grpc+proto', frame(0, ''), '[{}]'],
    ['JSON', 'application/grpc+json', frame(0, '{"n":1.0}'), '[{"n":1.0}]'],
    ['a compressed one', 'application/grpc', frame(1, 'abc'), '[{"#compressed":"YWJj"}]'],
    [
      'trailers',
      'application/grpc-web+proto',
      Buffer.concat([message(1), frame(0x80, 'grpc-status: 0\r\nGrpc-Message:ok\r\n')]),
      '[{"_1":[1]},{"#trailers":{"grpc-status":"0","grpc-message":"ok"}}]',
    ],
    [
      'base64, frame by frame',
      'application/grpc-web-text',
      Buffer.from(message(1).toString('base64') + message(300).toString('base64')),
      '[{"_1":[1]},{"_1":[300]}]',
    ],
  ])('%s', (_, type, body, expected) => {
    expect(readJson(grpc, bodyOf(body, type))).toBe(expected);
  });
});

describe('what is no answer is told', () => {
  it.each([
    ['a frame that is cut off', 'application/grpc', message(1).subarray(0, -1), 'frame 1 has no end'],
    ['a head that is cut off', 'application/grpc', Buffer.concat([message(1), Buffer.from([0])]), 'frame 2 has no end'],
    ['unknown flags', 'application/grpc', frame(7, ''), 'frame 1: flags 0x7 mean nothing'],
    ['no message', 'application/grpc', frame(0, '\0'), 'frame 1: no field begins at byte 0'],
    ['no base64', 'application/grpc-web-text', Buffer.from('AA*A'), 'it is not base64'],
    ['no JSON', 'application/grpc+json', frame(0, '{'), 'frame 1: it is not JSON'],
  ])('%s', (_, type, body, problem) => {
    expect(readJson(grpc, bodyOf(body, type))).toBe(`problem: ${problem}`);
  });
});

it('answers differ in a field of a message', () => {
  const type = 'application/grpc';
  const { differences } = comparePair(
    { type, body: Buffer.concat([message(1), message(2)]) },
    { type, body: Buffer.concat([message(1), message(3)]) },
  );
  expect(lines(differences)).toEqual(['value $[*]._1[*]: 2 → 3']);
});

it.each([
  ['application/grpc', Buffer.alloc(5 * 100_000)],
  ['application/grpc-web-text', Buffer.from('AAAAAAA='.repeat(50_000))],
])('any number of messages is read: %s', (type, body) => {
  expect(readJson(grpc, bodyOf(body, type))).toMatch(/^\[\{\}/);
});

it('a message that is gone is told apart from the trailers that changed', () => {
  const type = 'application/grpc-web+proto';
  const trailers = (status: number) => frame(0x80, `grpc-status: ${status}\r\n`);
  const { differences } = comparePair(
    { type, body: Buffer.concat([message(1), trailers(0)]) },
    { type, body: trailers(7) },
  );
  expect(lines(differences)).toEqual([
    'removed $[*]: {"_1":[1]} → ·',
    'value $[*][\'#trailers\'][\'grpc-status\']: "0" → "7"',
  ]);
});
