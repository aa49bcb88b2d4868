/**
 * One byte put in, put in another's place, or taken out, at every place of a message: the space in which most smuggling
 * techniques lie. Whatever goes on, to the primary or to the shadow, has to keep to the grammar of RFC 9112, and readers
 * from strict to lenient have to find the same requests in it; whatever comes back has to keep to it too.
 *
 * UNDERSTUDY_EVERY_BYTE=1 takes all 256 values in place of those that grammars and parsers treat apart.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { ByteSource, Ended } from '../../support/byte-source.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { startEdge } from '../../support/edge.ts';
import { readChunked, readHead, valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const WORKERS = 4;

const ALL = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const TOLD_APART = [...'\0\x01\t\n\v\f\r\x1b\x1f "#%,-/015:;=@AXx_\\\x7f\x80\x85\xa0\xff'];
const { UNDERSTUDY_EVERY_BYTE } = process.env;
const BYTES = UNDERSTUDY_EVERY_BYTE === '1' ? ALL : TOLD_APART;
const TIMEOUT = BYTES.length * 4_000;

/** The text with one byte changed, in each way at each place. */
function changed(text: string): string[] {
  return Array.from({ length: text.length + 1 }, (_, at) => {
    const [before, behind] = [text.slice(0, at), text.slice(at + 1)];
    return [before + behind, ...BYTES.flatMap((byte) => [before + byte + behind, before + byte + text.slice(at)])];
  }).flat();
}

/** Runs `visit` on all of them, a few at a time. */
async function each<T>(all: readonly T[], visit: (one: T, index: number) => Promise<void>): Promise<void> {
  const work = async (worker: number) => {
    for (let index = worker; index < all.length; index += WORKERS) await visit(all[index]!, index);
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

const REQUESTS = [
  `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  'PUT /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\nT: u\r\n\r\n',
];

/** The requests that a reader finds in a stream, without a last one that is cut short. */
type Reader = (stream: Buffer) => Promise<string[]>;

const written = (method: string, target: string, body: Buffer) => `${method} ${target} ${body.toString('latin1')}`;

/** RFC 9112, to the letter: throws on everything else. */
async function readStrictly(stream: Buffer): Promise<string[]> {
  const source = new ByteSource(Readable.from([stream], { objectMode: false }) as unknown as Socket);
  const requests: string[] = [];
  try {
    while (await source.any()) {
      const { line, fields } = await readHead(source, 'strict');
      const [, method, target] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!-~\x80-\xff]+) HTTP\/1\.1$/.exec(line) ?? [];
      if (method === undefined || target === undefined) throw new Error(`request line ${JSON.stringify(line)}`);
      const framing = [valuesOf(fields, 'transfer-encoding'), valuesOf(fields, 'content-length')].join();
      expect(framing).toMatch(/^(?:chunked,|,(?:0|[1-9]\d*)?)$/i);
      expect(valuesOf(fields, 'host')).toHaveLength(1);
      const body = framing.startsWith(',')
        ? await source.take(Number(framing.slice(1)))
        : (await readChunked(source, 'strict')).body;
      requests.push(written(method, target, body));
    }
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  return requests;
}

async function nodeReader(insecureHTTPParser: boolean): Promise<Reader> {
  const requests: string[] = [];
  const server = createServer({ insecureHTTPParser, maxHeaderSize: 65_536 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {}).on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push(written(request.method!, request.url!, Buffer.concat(chunks)));
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  afterThisTest(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return async (stream) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.resume().on('error', () => {});
    socket.end(stream);
    await once(socket, 'close');
    return requests.splice(0);
  };
}

test('no request with a changed byte goes on in a form that readers understand differently', {
  timeout: TIMEOUT,
}, async () => {
  const [primary, shadow] = [
    await startOrigin((_, reply) => reply.send()),
    await startOrigin((_, reply) => reply.send()),
  ];
  const understudy = await startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    mirror: { sample: '100%', methods: ['GET', 'HEAD', 'POST', 'PUT'] },
  });
  await each(REQUESTS.flatMap(changed), async (text) => {
    const client = await connectRaw(understudy.port);
    void client.send(text + SMUGGLED);
    client.halfClose();
    await client.closed();
    client.destroy();
  });
  expect(await understudy.stop()).toBe(0);

  const readers = [readStrictly, await nodeReader(false), await nodeReader(true)];
  for (const { requests, connections } of [primary, shadow]) {
    expect(requests.length).toBeGreaterThan(1_000);
    for (const connection of connections) {
      const leniently = requests.filter((request) => request.connection === connection);
      const found = leniently.map(({ method, target, body }) => written(method, target, body));
      for (const read of readers) expect(await read(connection.received)).toEqual(found);
    }
  }
});

const ANSWERS = [
  'HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 3\r\n\r\nabc',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;e\r\nabc\r\n0\r\nT: u\r\n\r\n',
  'HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na',
];

test('no answer with a changed byte comes back broken, and the next one is the right one', {
  timeout: TIMEOUT,
}, async () => {
  const answers = ANSWERS.flatMap(changed);
  const origin = await startOrigin(async ({ target }, reply) => {
    const answer = answers[Number(target.slice(1))];
    if (answer === undefined) return reply.send({ body: 'right' });
    await reply.raw(answer);
    reply.end();
  });
  const edge = await startEdge(origin);
  let whole = 0;
  await each(answers, async (answer, index) => {
    const client = await connectRaw(edge.port);
    await client.send(`GET /${index} HTTP/1.1\r\nHost: a\r\n\r\n`);
    try {
      const { status } = await client.response();
      if (status !== 502) whole++;
      await client.send('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
      expect((await client.response()).body.toString(), JSON.stringify(answer)).toBe('right');
    } catch (error) {
      // What is cut off before its end says so by its framing.
      if (!(error instanceof Ended)) throw new Error(JSON.stringify(answer), { cause: error });
    }
    client.destroy();
  });
  expect(whole).toBeGreaterThan(100);
});
