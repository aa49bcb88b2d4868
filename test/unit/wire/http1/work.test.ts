/** What it costs to take messages off a connection: bounded by their length, however they are cut into reads and chunks. */
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../../../src/model/exchange.ts';
import type { MessageHandler } from '../../../../src/wire/http1/message.ts';
import { RequestParser, ResponseParser } from '../../../../src/wire/http1/parser.ts';
import { countWork, type Work } from '../../../support/work.ts';

const LIMITS = { headerBytes: 128 * 1024, headerCount: 512, targetBytes: 64 * 1024 };
const READ = 64 * 1024;

class Counter implements MessageHandler<unknown> {
  heads = 0;
  chunks = 0;
  bytes = 0;
  trailers: Fields = [];

  onHead(): void {
    this.heads++;
  }

  onBody(chunk: Buffer): void {
    this.chunks++;
    this.bytes += chunk.length;
  }

  onEnd(trailers: Fields): void {
    this.trailers = trailers;
  }
}

const request = (counter: Counter) => new RequestParser(counter, LIMITS);
const response = (counter: Counter) => new ResponseParser(counter, LIMITS);

/** What it costs when `text` comes in reads of that size. */
function readIn(
  make: (counter: Counter) => RequestParser | ResponseParser,
  text: string,
  size: number,
): { readonly work: Work; readonly counter: Counter } {
  const counter = new Counter();
  const parser = make(counter);
  const bytes = Buffer.from(text, 'latin1');
  const reads = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  const work = countWork(() => {
    for (const read of reads) {
      for (let rest = read; rest.length > 0; ) {
        const taken = parser.push(rest);
        if (taken < 0) throw new Error(parser.error.reason);
        rest = rest.subarray(taken);
      }
    }
  });
  parser.free();
  return { work, counter };
}

const LONG = 'a'.repeat(60_000);

describe.each([1, 7])('read %i bytes at a time', (size) => {
  test.each([
    ['a request with a long target', request, `GET /${LONG} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['a request with a long value', request, `GET / HTTP/1.1\r\nHost: a\r\nX: ${LONG}\r\n\r\n`],
    ['a request with a long name', request, `GET / HTTP/1.1\r\nHost: a\r\n${LONG}: x\r\n\r\n`],
    ['a request with many fields', request, `GET / HTTP/1.1\r\n${`A: ${'b'.repeat(120)}\r\n`.repeat(500)}\r\n`],
    ['empty lines before a request', request, `${'\r\n'.repeat(30_000)}GET / HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['a response with a long reason', response, `HTTP/1.1 204 ${LONG}\r\n\r\n`],
    [
      'a response with many cookies',
      response,
      `HTTP/1.1 204 x\r\n${`Set-Cookie: a=${'b'.repeat(120)}\r\n`.repeat(500)}\r\n`,
    ],
    [
      'a response with long trailers',
      response,
      `HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ${LONG}\r\nY: ${LONG}\r\n\r\n`,
    ],
  ] as const)('%s costs a few copies of itself', (_what, make, text) => {
    const { work, counter } = readIn(make, text, size);
    expect(counter.heads).toBe(1);
    expect(work.length).toBeLessThan(10 * text.length);
  });
});

test.each([
  ['a request', request, 'POST / HTTP/1.1\r\nHost: a\r\n'],
  ['a response', response, 'HTTP/1.1 200 OK\r\n'],
] as const)(
  'chunks of one byte of %s cost one piece for each read, and no more copies than one chunk',
  (_what, make, start) => {
    const count = 100_000;
    const text = `${start}Transfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(count)}0\r\n\r\n`;
    const reads = Math.ceil(text.length / READ);
    const { work, counter } = readIn(make, text, READ);
    expect(counter.bytes).toBe(count);
    expect(counter.chunks).toBe(reads);
    expect(work.calls).toBeLessThan(20 * reads);
    expect(work.length).toBeLessThan(3 * text.length);
  },
);

test.each([
  ['interim responses', response, 'HTTP/1.1 103 \r\nA: b\r\n\r\n'],
  ['requests', request, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
] as const)('thousands of %s in one read cost each the same, however many follow it', (_what, make, one) => {
  const each = (count: number): number => {
    const { work, counter } = readIn(make, one.repeat(count), 1e6);
    expect(counter.heads).toBe(count);
    return work.length / count;
  };
  expect(each(8_000)).toBeLessThan(1.1 * each(1_000));
});

test('trailers of many fields cost a few copies of themselves', () => {
  const trailers = `A: ${'b'.repeat(100)}\r\n`.repeat(500);
  const text = `HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${trailers}\r\n`;
  const { work, counter } = readIn(response, text, READ);
  expect(counter.trailers).toHaveLength(1_000);
  expect(work.length).toBeLessThan(10 * text.length);
  expect(work.calls).toBeLessThan(5_000);
});
