import { describe, expect, test } from 'vitest';
import { Copy, CopyTape } from '../../../src/edge/copy.ts';
import { InFlightAccount } from '../../../src/metrics/in-flight-account.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { copyLegs } from '../../../src/model/copy-legs.ts';
import { WHOLE } from '../../../src/model/portion.ts';
import {
  COPY_FRAME,
  type CopiedEnd,
  readEnd,
  readRequest,
  readResponse,
  readTrailers,
} from '../../../src/tape/copy-frames.ts';
import { Tape } from '../../../src/tape/layout.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { rowAt } from '../../support/rows.ts';

const REQUEST = {
  servedBy: 'primary' as const,
  copies: copyLegs('primary', false),
  receivedAt: 1_700_000_000_000.5,
  order: 0xffff_fffe,
  route: rowAt(3),
  complete: false,
  id: 'id-1',
  head: { method: 'POST', target: '/', authority: 'a', fields: ['Host', 'a', 'X', ''], bodyLength: 'unknown' as const },
};
const TIMING = { connect: 1, firstByte: 2.5, lastByte: 3 };
const END = { row: rowAt(0), timing: TIMING, paced: false, strained: false };
const NAMES = new Map<number, string>(Object.entries(COPY_FRAME).map(([name, kind]) => [kind, name]));

function taped(capacity = 64 * 1024) {
  const memory = Tape.allocate(capacity);
  const account = new InFlightAccount(InFlightAccount.allocate());
  const received = new InFlightAccount(InFlightAccount.allocate());
  const ledger = new Ledger(Ledger.allocate());
  const tape = new CopyTape(memory, account);
  const end = (copy: Copy, how: CopiedEnd) => copy.end(how, ledger, { account: received, owed: how.row });
  const reader = new TapeReader(memory);
  const frames = () => {
    const read: { name: string; exchange: number; bytes: Buffer }[] = [];
    reader.read((kind, exchange, bytes, start, end) => {
      read.push({ name: NAMES.get(kind)!, exchange, bytes: Buffer.from(bytes.subarray(start, end)) });
    }, Number.POSITIVE_INFINITY);
    return read;
  };
  return { tape, account, frames, end };
}

const names = (frames: readonly { name: string }[]) => frames.map(({ name }) => name);

test('a whole exchange arrives as it was', () => {
  const { tape, account, frames, end } = taped();
  const copy = Copy.open(tape, 7, REQUEST, 1000, WHOLE)!;
  copy.requestBody(Buffer.from('abc'));
  copy.requestEnd(['A', 'b']);
  copy.response({ status: 201, reason: 'Cr\xe9', fields: ['X', 'y\xff'] }, 2);
  copy.responseBody(Buffer.from('hi'));
  copy.responseTrailers(['C', 'd']);
  expect(end(copy, { row: rowAt(3), timing: TIMING, paced: true, strained: false })).toBe(true);
  const read = frames();
  expect(names(read)).toEqual([
    'request',
    'requestBody',
    'requestEnd',
    'response',
    'responseBody',
    'responseTrailers',
    'end',
  ]);
  expect(read.every(({ exchange }) => exchange === 7)).toBe(true);
  const [request, body, ended, response, answer, trailers, last] = read.map(({ bytes }) => bytes);
  expect(readRequest(request!, 0, request!.length)).toEqual(REQUEST);
  expect([body, answer].map(String)).toEqual(['abc', 'hi']);
  expect([ended, trailers].map((bytes) => readTrailers(bytes!, 0, bytes!.length))).toEqual([
    ['A', 'b'],
    ['C', 'd'],
  ]);
  expect(readResponse(response!, 0, response!.length)).toEqual({
    status: 201,
    reason: 'Cr\xe9',
    fields: ['X', 'y\xff'],
  });
  expect(readEnd(last!, 0)).toEqual({ row: 3, timing: TIMING, paced: true, strained: false });
  expect([...account.allOutstanding()]).toEqual([[3, 1]]);
});

describe('a copy is abandoned as a whole', () => {
  test('when the body of the request grows over the limit', () => {
    const { tape, account, frames, end } = taped();
    const copy = Copy.open(tape, 1, REQUEST, 5, WHOLE)!;
    copy.requestBody(Buffer.from('12345'));
    copy.requestBody(Buffer.from('6'));
    copy.requestBody(Buffer.from('7'));
    expect(copy.abandoned).toBe('too_large');
    expect(end(copy, END)).toBe(false);
    expect(names(frames())).toEqual(['request', 'requestBody', 'abandon']);
    expect([...account.allOutstanding()]).toEqual([]);
  });

  test('when the answer says that it is over the limit, before any of it is copied', () => {
    const { tape, frames } = taped();
    const copy = Copy.open(tape, 1, REQUEST, 5, WHOLE)!;
    copy.response({ status: 200, reason: '', fields: [] }, 6);
    copy.responseBody(Buffer.from('x'));
    expect(names(frames())).toEqual(['request', 'abandon']);
    expect(copy.abandoned).toBe('too_large');
  });

  test('when the tape has no room, and its reader learns of it all the same', () => {
    const { tape, frames, end } = taped(1024);
    const copy = Copy.open(tape, 1, REQUEST, 10_000, WHOLE)!;
    copy.requestBody(Buffer.alloc(5000));
    expect(copy.abandoned).toBe('tape_full');
    copy.requestEnd([]);
    expect(end(copy, END)).toBe(false);
    expect(names(frames()).at(-1)).toBe('abandon');
  });

  test('for the first reason, once', () => {
    const { tape, frames } = taped();
    const copy = Copy.open(tape, 1, REQUEST, 5, WHOLE)!;
    copy.abandon('client_aborted');
    copy.abandon('too_large');
    expect(copy.abandoned).toBe('client_aborted');
    expect(names(frames())).toEqual(['request', 'abandon']);
  });

  test('when the mirror thread behind the tape has died', () => {
    const { tape, account, end } = taped();
    const copy = Copy.open(tape, 1, REQUEST, 5, WHOLE)!;
    tape.abandon();
    expect(copy.abandoned).toBe('thread_restart');
    expect(end(copy, END)).toBe(false);
    expect([...account.allOutstanding()]).toEqual([]);
  });
});

test('a tape without room for a head opens no copy, and has room again when it is read', () => {
  const { tape, frames } = taped(2048);
  const open = () => Copy.open(tape, 1, { ...REQUEST, id: 'x'.repeat(300) }, 10, WHOLE);
  let opened = 0;
  while (open() !== undefined) opened++;
  expect(opened).toBeGreaterThan(1);
  expect(names(frames())).toEqual(Array(opened).fill('request'));
  expect(open()).toBeDefined();
});
