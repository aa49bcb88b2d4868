/**
 * Mutated requests through the edge, to node:http and to the most lenient of readers. Whatever the edge makes of the
 * bytes, both must have read the same requests, and as many as the edge says it has forwarded.
 *
 * UNDERSTUDY_FUZZ_ROUNDS and UNDERSTUDY_FUZZ_SEED run more of it, or something else.
 */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { type RunningEdge, startEdge } from '../../support/edge.ts';
import { startHttpOrigin, startOrigin } from '../../support/origin.ts';
import { Random } from '../../support/random.ts';
import { connectRaw } from '../../support/raw-client.ts';

const { UNDERSTUDY_FUZZ_ROUNDS = '5000', UNDERSTUDY_FUZZ_SEED = '1' } = process.env;
const ROUNDS = Number(UNDERSTUDY_FUZZ_ROUNDS);
const SEED = Number(UNDERSTUDY_FUZZ_SEED);
const WORKERS = 4;

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

const SEEDS = [
  'GET /1 HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n',
  'POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  `POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  'POST /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;a=b\r\nabc\r\n0\r\n\r\n',
  `PUT /5 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\nX-T: u\r\n\r\n`,
  'DELETE /6 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
  'POST /7 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 2\r\n\r\n',
  'GET http://b/8 HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /9 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  'POST /10 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
];

const TOKENS = [
  ...['\r', '\n', '\r\n', '\r\n\r\n', ' ', '\t', '\v', '\f', '\0', '\x7f', '\x80', '\x85', '\xa0', '\xff'],
  ...[':', ',', ';', '"', '#', '%', '+', '-', '_', '.', '/', '0', '1', 'a', 'x', '0x', '00', 'f', '\\', '\r\n '],
  ...['chunked', 'identity', 'gzip, ', 'close', ' HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', '0\r\n\r\n', '1\r\nz\r\n'],
  ...['Content-Length: 5\r\n', 'Content-Length: 0\r\n', 'content-length:5\r\n', 'Content-Length : 5\r\n'],
  ...['Transfer-Encoding: chunked\r\n', 'transfer-encoding: xchunked\r\n', 'Transfer-Encoding : chunked\r\n'],
  ...['Transfer-Encoding:\tchunked\r\n', 'Transfer_Encoding: chunked\r\n', ' Transfer-Encoding: chunked\r\n'],
  ...['Connection: content-length\r\n', 'Connection: transfer-encoding, host\r\n', 'Connection: close\r\n'],
  ...['Trailer: Content-Length\r\n', 'TE: trailers\r\n', 'Host: b\r\n', 'Expect: 100-continue\r\n', 'Upgrade: h2c\r\n'],
  ...['X: y\rContent-Length: 5', 'X: y\nTransfer-Encoding: chunked\n', SMUGGLED, 'GET ', 'POST '],
];

/** Some messages in a row, with a few changes, most of them where framing is decided. */
function mutated(random: Random): string {
  let text = '';
  for (let count = 1 + random.below(3); count > 0; count--) text += random.pick(SEEDS);
  for (let changes = random.below(4); changes > 0; changes--) {
    const lines = [...text.matchAll(/\r\n|: ?|,/g)].map(({ index }) => index);
    const at =
      random.oneIn(3) || lines.length === 0 ? random.below(text.length + 1) : random.pick(lines) + random.below(3);
    const removed = random.oneIn(2) ? 0 : random.below(4);
    const added = random.oneIn(5) ? '' : random.pick(TOKENS);
    text = text.slice(0, at) + added + text.slice(at + removed);
  }
  return text + SMUGGLED;
}

interface Side {
  readonly edge: RunningEdge;
  /** Requests that were read to their end, since it was last asked. */
  taken(): string[];
  /** What the reader could not make sense of. */
  readonly complaints: string[];
}

const written = (method: string, target: string, body: Buffer) => `${method} ${target} ${body.toString('latin1')}`;

async function strictSide(): Promise<Side> {
  let requests: string[] = [];
  const complaints: string[] = [];
  const origin = await startHttpOrigin(async (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {});
    await once(request, 'end').catch(() => {});
    if (!request.complete) return;
    requests.push(written(request.method!, request.url!, Buffer.concat(chunks)));
    response.end('ok');
  });
  for (const expecting of ['checkContinue', 'checkExpectation'])
    origin.server.on(expecting, (request, response) => void origin.server.emit('request', request, response));
  origin.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // An upload that was broken off is no complaint.
    if (error.code !== 'HPE_INVALID_EOF_STATE' && error.code !== 'ECONNRESET') complaints.push(error.message);
    socket.destroy();
  });
  const taken = () => {
    const all = requests;
    requests = [];
    return all;
  };
  return { edge: await startEdge(origin), taken, complaints };
}

async function lenientSide(): Promise<Side> {
  let seen = 0;
  const origin = await startOrigin((_request, reply) => reply.send({ body: 'ok' }));
  const taken = () => {
    const fresh = origin.requests.slice(seen);
    seen = origin.requests.length;
    return fresh.map(({ method, target, body }) => written(method, target, body));
  };
  return { edge: await startEdge(origin), taken, complaints: [] };
}

/** Requests that this edge has forwarded and that were answered, so far. */
const forwarded = (edge: RunningEdge) => edge.endings()['skipped:disabled'] ?? 0;

async function through(side: Side, text: string): Promise<{ requests: string[]; forwarded: number }> {
  const before = forwarded(side.edge) + (side.edge.endings()['skipped:upgrade'] ?? 0);
  const client = await connectRaw(side.edge.port);
  void client.send(text);
  client.halfClose();
  await client.closed();
  client.destroy();
  const after = forwarded(side.edge) + (side.edge.endings()['skipped:upgrade'] ?? 0);
  return { requests: side.taken(), forwarded: after - before };
}

test(`${ROUNDS} mutated requests are read alike by a strict and a lenient server`, {
  timeout: 120_000 + ROUNDS * 20,
}, async () => {
  let passed = 0;
  let refused = 0;
  const work = async (worker: number) => {
    const [strict, lenient] = [await strictSide(), await lenientSide()];
    for (let round = worker; round < ROUNDS; round += WORKERS) {
      const text = mutated(new Random(SEED * 1_000_003 + round));
      const [one, other] = [await through(strict, text), await through(lenient, text)];
      const shown = `round ${round}, seed ${SEED}: ${JSON.stringify(text)}`;
      expect(one.requests, shown).toEqual(other.requests);
      expect(one.forwarded, shown).toBe(one.requests.length);
      expect(other.forwarded, shown).toBe(other.requests.length);
      expect(strict.complaints, shown).toEqual([]);
      passed += one.requests.length;
    }
    refused += strict.edge.endings()['skipped:refused'] ?? 0;
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
  expect(passed).toBeGreaterThan(ROUNDS);
  expect(refused).toBeGreaterThan(ROUNDS / 10);
});
