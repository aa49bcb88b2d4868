/**
 * Random valid exchanges, once through the edge and once without it: what the primary gets and what the client gets are
 * the same, but for what the edge is there to change.
 *
 * UNDERSTUDY_EXCHANGES and UNDERSTUDY_FUZZ_SEED run more of it, or something else.
 */
import { expect, test } from 'vitest';
import type { Fields } from '../../../src/model/exchange.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { startEdge } from '../../support/edge.ts';
import { type OriginRequest, startOrigin } from '../../support/origin.ts';
import { Random } from '../../support/random.ts';
import { connectRaw, type RawClient, type RawResponse } from '../../support/raw-client.ts';

const { UNDERSTUDY_EXCHANGES = '1000', UNDERSTUDY_FUZZ_SEED = '1' } = process.env;
const EXCHANGES = Number(UNDERSTUDY_EXCHANGES);
const SEED = Number(UNDERSTUDY_FUZZ_SEED);
const WORKERS = 4;

/** Around what is copied, written, held and mirrored in one piece; mostly small. */
const SIZES = [0, 1, 2, 100, 1000, 1023, 1024, 1025, 4095, 4096, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769];
const LARGE = [65_535, 65_536, 65_537, 131_072, 262_143, 262_145];
const MAX_BODY = 65_536;

interface Exchange {
  readonly method: string;
  /** As they are sent, cut into writes. */
  readonly request: readonly Buffer[];
  readonly answer: readonly Buffer[];
}

const TOKEN = [..."abcXYZ-_.~!#$&'*+^`|09"];
const VALUE = [...'abc XYZ,;="()<>@:\\/[]?{}\t~%', '\x80', '\xe9', '\xff'];
const TARGET = [...'abc/%.;=?&-_~!$\'()*+,:@{}|^"<>'];

const text = (random: Random, letters: readonly string[], longest: number) =>
  Array.from({ length: random.below(longest + 1) }, () => random.pick(letters)).join('');

function fields(random: Random, most: number): string {
  let lines = '';
  for (let count = random.below(most + 1); count > 0; count--) {
    const value = text(random, VALUE, random.oneIn(20) ? 4000 : 40).trim();
    lines += `${random.pick(['x-', 'X-', 'Set-Cookie-', 'aCCEPT-'])}${text(random, TOKEN, 10)}:${random.pick(['', ' ', '\t', '  '])}${value}\r\n`;
  }
  return lines;
}

function body(random: Random): Buffer {
  return random.bytes(random.oneIn(25) ? random.pick(LARGE) : random.pick(SIZES));
}

function chunked(random: Random, whole: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const part = whole.subarray(at, at + 1 + random.below(random.pick([3, 100, 40_000])));
    // Thousands of tiny chunks are another test's.
    const size = parts.length > 90 ? whole.length - at : part.length;
    parts.push(Buffer.from(`${size.toString(16)}\r\n`), whole.subarray(at, at + size), Buffer.from('\r\n'));
    at += size;
  }
  const trailers = random.oneIn(3) ? fields(random, 3) : '';
  return [...parts, Buffer.from(`0\r\n${trailers}\r\n`, 'latin1')];
}

/** Head and body, with one of the framings. */
function message(random: Random, head: string, framings: readonly ('none' | 'length' | 'chunked')[]): Buffer[] {
  const framing = random.pick(framings);
  if (framing === 'none') return [Buffer.from(`${head}\r\n`, 'latin1')];
  const content = body(random);
  if (framing === 'length') return [Buffer.from(`${head}Content-Length: ${content.length}\r\n\r\n`, 'latin1'), content];
  return [Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`, 'latin1'), ...chunked(random, content)];
}

/** The same bytes in other pieces. */
function cut(random: Random, parts: readonly Buffer[]): Buffer[] {
  const whole = Buffer.concat(parts);
  const pieces: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const size = pieces.length > 20 ? whole.length : 1 + random.below(random.pick([10, 1000, 100_000]));
    pieces.push(whole.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function exchange(random: Random, index: number): Exchange {
  const method = random.pick(['GET', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
  const line = `${method} /${index}/${text(random, TARGET, 60)} HTTP/1.1\r\n`;
  const own = random.oneIn(50) ? `X-Large: ${'v'.repeat(65_000)}\r\n` : fields(random, 12);
  const request = message(random, `${line}Host: a.test\r\n${own}`, ['none', 'length', 'chunked']);
  const interim = random.oneIn(10) ? `HTTP/1.1 103 Early Hints\r\n${fields(random, 3)}\r\n` : '';
  const status = random.pick([200, 200, 200, 201, 204, 206, 301, 304, 404, 500, 599]);
  const head = `HTTP/1.1 ${status} ${text(random, VALUE, 12).trim()}\r\nDate: d\r\n${fields(random, 12)}`;
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const answer = message(random, head, bodiless ? ['none'] : ['length', 'chunked']);
  return { method, request: cut(random, request), answer: cut(random, [Buffer.from(interim, 'latin1'), ...answer]) };
}

/** What the edge adds. */
const ADDED = /^(via|traceparent|x-forwarded-(for|proto|host)|x-request-id)$/i;

function without(given: Fields, names: RegExp): string[] {
  const kept: string[] = [];
  for (let at = 0; at < given.length; at += 2) if (!names.test(given[at]!)) kept.push(given[at]!, given[at + 1]!);
  return kept;
}

/** The chunked framing goes last in an answer, wherever it stood before. */
const answerOf = ({ status, reason, fields: given, body: content, trailers, informational }: RawResponse) => ({
  status,
  reason,
  fields: without(given, /^(via|transfer-encoding)$/i),
  body: content.toString('latin1'),
  trailers,
  informational: informational.map((interim) => [interim.status, interim.fields]),
});

const requestOf = ({ method, target, fields: given, body: content, trailers }: OriginRequest) => ({
  method,
  target,
  fields: without(given, ADDED),
  body: content.toString('latin1'),
  trailers,
});

test(`${EXCHANGES} random exchanges are the same with the edge and without it`, {
  timeout: 60_000 + EXCHANGES * 30,
}, async () => {
  const exchanges = new Map<number, Exchange>();
  const origin = await startOrigin(async ({ target }, reply) => {
    const { answer } = exchanges.get(Number(target.split('/')[1]))!;
    for (const piece of answer) await reply.raw(piece);
  });
  const edge = await startEdge(origin, {
    mirror: { maxBody: MAX_BODY, methods: ['GET', 'POST'], tape: 4 * 1024 * 1024 },
  });
  // The copies are taken off the tape, as a mirror would.
  const tape = new TapeReader(edge.tape);
  tape.run(() => {}, { nap: 1 });
  const send = async (client: RawClient, { method, request }: Exchange) => {
    for (const piece of request) await client.send(piece);
    return answerOf(await client.response({ to: method }));
  };
  const work = async (worker: number) => {
    const [direct, proxied] = [await connectRaw(origin.port), await connectRaw(edge.port)];
    for (let index = worker; index < EXCHANGES; index += WORKERS) {
      const planned = exchange(new Random(SEED * 1_000_003 + index), index);
      exchanges.set(index, planned);
      const expected = await send(direct, planned);
      const actual = await send(proxied, planned);
      const received = origin.requests.filter(({ target }) => target.startsWith(`/${index}/`)).map(requestOf);
      expect(actual, `exchange ${index}, seed ${SEED}`).toEqual(expected);
      expect(received[1], `exchange ${index}, seed ${SEED}`).toEqual(received[0]);
      expect(received).toHaveLength(2);
      exchanges.delete(index);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
  tape.stop();
  expect(edge.counts().requestTotal).toBe(EXCHANGES);
});
