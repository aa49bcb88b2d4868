/** What the proxy says itself is about the client's request, and says nothing of what is behind it. */
import { expect, test } from 'vitest';
import { ask, type EdgeOptions, PSEUDONYM, type RunningEdge, startEdge } from '../../support/edge.ts';
import { gate } from '../../support/gate.ts';
import { valuesOf } from '../../support/message.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';
import { connectRaw, type RawResponse } from '../../support/raw-client.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

const FIELDS = new Set([
  'date',
  'content-type',
  'content-length',
  'cache-control',
  'x-request-id',
  'connection',
  'allow',
  'retry-after',
]);

/** No number (a limit, a port, an address), no name of a system's error, no path, URL, option or stack. */
const INSIDE = /\d|[/\\:@]|\b[A-Z_]{3,}\b|\w\.\w|inside|primary|shadow|control|upstream|socket/;

function expectDiscreet(reply: RawResponse): void {
  const names = reply.fields.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  expect(names.filter((name) => !FIELDS.has(name))).toEqual([]);
  if (reply.status === 204) {
    expect(reply.body).toHaveLength(0);
    return;
  }
  const { detail, ...problem } = JSON.parse(reply.body.toString());
  expect(problem).toEqual({
    type: 'about:blank',
    title: reply.reason,
    status: reply.status,
    requestId: valuesOf(reply.fields, 'x-request-id')[0],
  });
  expect(detail.replaceAll(/HTTP\/1\.[01]|CONNECT|TRACE|URL/g, '')).not.toMatch(INSIDE);
}

const over = (script: OriginScript, options: EdgeOptions = {}) => edgeTo(script, options);

async function edgeTo(script: OriginScript, { target, ...options }: EdgeOptions): Promise<RunningEdge> {
  const origin = await startOrigin(script);
  return startEdge(origin, { target: { url: `http://inside.test:${origin.port}/v2`, ...target }, ...options });
}

const LIMITS = { headerBytes: 4_321, headerCount: 17, targetBytes: 777 };
const fields = (count: number) => 'X: v\r\n'.repeat(count);

test.each([
  ['no HTTP at all', '\x16\x03\x01\r\n\r\n', 400],
  ['a field name with a space', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['a bad chunk', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['a bad Host', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
  ['a fragment', 'GET /#x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['a target of another scheme', 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['a target that is too long', `GET /${'x'.repeat(800)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  ['a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'v'.repeat(4_321)}\r\n\r\n`, 431],
  ['a head that is too large and not at its end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'v'.repeat(4_500)}`, 431],
  ['too many fields', `GET / HTTP/1.1\r\nHost: a\r\n${fields(17)}\r\n`, 431],
  ['too many fields and no end', `GET / HTTP/1.1\r\nHost: a\r\n${fields(30)}`, 431],
  [
    'trailers that are too large',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ${'v'.repeat(4_400)}\r\n\r\n`,
    431,
  ],
  ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 501],
  ['another transfer coding', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
  ['another version', 'GET / HTTP/3.0\r\nHost: a\r\n\r\n', 505],
  ['a loop', `GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 ${PSEUDONYM}\r\n\r\n`, 508],
  ['no hop left', 'OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n', 204],
] as const)('to %s', async (_what, bytes, status) => {
  const edge = await over({}, { client: LIMITS });
  const reply = await ask(edge, bytes, bytes.split(' ')[0]);
  expect(reply.status).toBe(status);
  expectDiscreet(reply);
});

test.each([
  ['a head that does not come', 'GET / HTTP/1.1\r\nHo'],
  ['a body that does not come', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nso'],
])('to %s', async (_what, bytes) => {
  const reply = await ask(await over({}, { client: { headTimeout: 43, bodyTimeout: 43 } }), bytes);
  expect(reply.status).toBe(408);
  expectDiscreet(reply);
});

test.each([
  ['closes', 502, { request: (_request, reply) => reply.end() }],
  ['resets', 502, { request: (_request, reply) => reply.reset() }],
  ['sends no HTTP', 502, { request: (_request, reply) => reply.raw('220 inside.test ESMTP\r\n') }],
  ['sends a bad field', 502, { request: (_request, reply) => reply.raw('HTTP/1.1 200 OK\r\nX y\r\n\r\n') }],
  ['switches unasked', 502, { request: (_request, reply) => reply.send({ status: 101 }) }],
  ['says nothing', 504, {}],
] as const satisfies readonly [string, number, OriginScript][])(
  'when the service %s',
  async (_what, status, script) => {
    const reply = await ask(await over(script, { timeouts: { firstByte: 47 } }), GET);
    expect(reply.status).toBe(status);
    expectDiscreet(reply);
  },
);

test('when the service is not there', async () => {
  const origin = await startOrigin({});
  await origin.close();
  for (const target of [
    { url: 'http://inside.test' },
    { url: 'https://inside.test', protocol: 'https' },
    { url: 'http://unix:/run/inside.sock', socketPath: '/run/inside.sock' },
    { url: 'http://inside.invalid', host: 'inside.invalid' },
  ] as const) {
    const reply = await ask(await startEdge(origin, { target }), GET);
    expect(reply.status).toBe(502);
    expectDiscreet(reply);
  }
});

test('when the service does not speak TLS', async () => {
  const edge = await over(
    { connected: ({ socket }) => void socket.write('SSH-2.0-inside\r\n') },
    { target: { protocol: 'https' } },
  );
  const reply = await ask(edge, GET);
  expect(reply.status).toBe(502);
  expectDiscreet(reply);
});

test('when no connection to the service comes about in time', async () => {
  const reading = gate();
  const edge = await over(
    { connected: () => reading.opened },
    { target: { protocol: 'https' }, timeouts: { connect: 53 } },
  );
  const reply = await ask(edge, GET);
  expect(reply.status).toBe(504);
  expectDiscreet(reply);
  reading.open();
});

test('when all connections to the service are busy: our own limit, and no failure of the service', async () => {
  const edge = await over({}, { target: { connections: 1 }, timeouts: { connect: 59 } });
  const busy = await connectRaw(edge.port);
  await busy.send(GET);
  const reply = await ask(edge, GET);
  expect(reply.status).toBe(503);
  expect(valuesOf(reply.fields, 'retry-after')).toEqual(['1']);
  expectDiscreet(reply);
  expect(edge.endings()).toEqual({ 'skipped:connection_limit': 1 });
  expect(edge.notices).toEqual([
    {
      level: 'warn',
      message: 'a request got a 503: as many connections to the primary are busy as primary.connections allows',
      facts: { connections: 1, requestId: JSON.parse(reply.body.toString()).requestId },
    },
  ]);
});

test.each([
  ['there are too many connections', { connections: 1 }],
  ['there are too many connections from one address', { connectionsPerAddress: 1 }],
])('when %s', async (_what, client) => {
  const edge = await over({ request: (_request, reply) => reply.send() }, { client });
  const only = await connectRaw(edge.port);
  await only.send(GET);
  await only.response();
  const reply = await ask(edge, GET);
  expect(reply.status).toBe(503);
  expectDiscreet(reply);
});
