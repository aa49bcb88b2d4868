/** Which fields cross the proxy. RFC 9110, sections 5, 6.5, 7.6 and 10. */
import { expect, test } from 'vitest';
import { ask, PSEUDONYM, startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';

async function through(request: string, answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', to = 'GET') {
  const script: OriginScript = { request: (_request, reply) => reply.raw(answer) };
  const origin = await startOrigin(script);
  const response = await ask(await startEdge(origin), request, to);
  return { response, request: origin.requests[0]! };
}

test('fields for one hop, and those that Connection names, stay behind both ways (RFC 9110, section 7.6.1)', async () => {
  const { request, response } = await through(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: x-one, keep-alive\r\nX-One: 1\r\nConnection: X-TWO\r\nx-two: 2\r\n' +
      'Keep-Alive: timeout=1\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\nX-Stays: 3\r\n\r\n',
    'HTTP/1.1 200 OK\r\nConnection: x-three\r\nX-Three: 1\r\nKeep-Alive: timeout=9\r\nProxy-Authenticate: Basic\r\n' +
      'X-Stays: 4\r\nContent-Length: 0\r\n\r\n',
  );
  for (const name of ['connection', 'x-one', 'x-two', 'keep-alive', 'proxy-connection', 'proxy-authorization'])
    expect(valuesOf(request.fields, name), name).toEqual([]);
  expect(valuesOf(request.fields, 'x-stays')).toEqual(['3']);
  for (const name of ['connection', 'x-three', 'keep-alive', 'proxy-authenticate'])
    expect(valuesOf(response.fields, name), name).toEqual([]);
  expect(valuesOf(response.fields, 'x-stays')).toEqual(['4']);
});

test('Connection cannot take away the framing or Host (RFC 9110, section 7.6.1)', async () => {
  const { request } = await through(
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: content-length, host\r\nContent-Length: 2\r\n\r\nhi',
  );
  expect(request.body.toString()).toBe('hi');
  expect(valuesOf(request.fields, 'host')).toEqual(['a']);
  const chunked = await through(
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 2\r\n\r\nhi',
  );
  expect(chunked.request.body.toString()).toBe('hi');
  expect(chunked.response.body.toString()).toBe('hi');
});

test('a field that a backend could take for one that frames or that a proxy adds stays behind', async () => {
  const { request } = await through(
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer_Encoding: x\r\nContent_Length: 9\r\n' +
      'X_Forwarded_For: 6.6.6.6\r\nx-forwarded_proto: https\r\nX_REQUEST_ID: 1\r\nX_Understudy-Copy: 1\r\nX_Kept: 1\r\n' +
      '\r\n2\r\nhi\r\n0\r\nContent_Type: x\r\nX_Sum: 1\r\n\r\n',
  );
  expect(request.rawHead.match(/^[^:\r\n]*_[^:\r\n]*(?=:)/gm)).toEqual(['X_Kept']);
  expect(request.trailers).toEqual(['X_Sum', '1']);
});

test('of TE only trailers goes on (RFC 9110, section 10.1.4)', async () => {
  const { request } = await through(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: gzip, trailers;q=1\r\nTE: trailers\r\n\r\n',
  );
  expect(valuesOf(request.fields, 'te')).toEqual(['trailers']);
  expect(valuesOf(request.fields, 'connection')).toEqual(['TE']);
  const without = await through('GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: gzip\r\n\r\n');
  expect(valuesOf(without.request.fields, 'te')).toEqual([]);
});

test('trailers cross both ways, announced or not, and stay out of the head (RFC 9110, section 6.5)', async () => {
  const { request, response } = await through(
    'POST / HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 1\r\nX-Other: \r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 2\r\nX-sum: \xe9\xa0 \t\r\n\r\n',
  );
  expect(request.trailers).toEqual(['X-Sum', '1', 'X-Other', '']);
  expect(valuesOf(request.fields, 'x-sum')).toEqual([]);
  expect(valuesOf(request.fields, 'trailer')).toEqual(['X-Sum']);
  expect(response.trailers).toEqual(['X-Sum', '2', 'X-sum', '\xe9\xa0']);
});

test('trailers that a recipient might take for the head are dropped (RFC 9110, section 6.5.1)', async () => {
  const { request, response } = await through(
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: evil\r\nX-Forwarded-For: 1.1.1.1\r\nAuthorization: x\r\nX-Ok: 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nSet-Cookie: a=b\r\nLocation: /x\r\nX-Ok: 2\r\n\r\n',
  );
  expect(request.trailers).toEqual(['X-Ok', '1']);
  expect(response.trailers).toEqual(['X-Ok', '2']);
});

test('bytes above 0x7F, empty values, duplicates, order and case are kept both ways (RFC 9110, section 5.5)', async () => {
  const { request, response } = await through(
    'GET / HTTP/1.1\r\nHost: a\r\nx-B: \xff\x80\r\nX-A: caf\xc3\xa9\r\nx-b:\r\nX-a: 2\r\n\r\n',
    'HTTP/1.1 200 \xd6K\r\nDate: d\r\nSet-Cookie: b=1, c\r\nX-B: \xff\r\nSet-Cookie: a=2; Path=/\r\nx-b: \r\nContent-Length: 0\r\n\r\n',
  );
  expect(request.rawHead).toContain('\r\nx-B: \xff\x80\r\nX-A: caf\xc3\xa9\r\nx-b: \r\nX-a: 2\r\n');
  expect(response.rawHead).toContain(
    'HTTP/1.1 200 \xd6K\r\nDate: d\r\nSet-Cookie: b=1, c\r\nX-B: \xff\r\nSet-Cookie: a=2; Path=/\r\nx-b: \r\nContent-Length: 0\r\n',
  );
});

test('Via is appended to, and one with our own name is a loop (RFC 9110, section 7.6.3)', async () => {
  const { request, response } = await through(
    'GET / HTTP/1.0\r\nHost: a\r\nVia: 1.1 before\r\n\r\n',
    'HTTP/1.1 200 OK\r\nVia: 1.0 behind\r\nContent-Length: 0\r\n\r\n',
  );
  expect(valuesOf(request.fields, 'via')).toEqual(['1.1 before', `1.0 ${PSEUDONYM}`]);
  expect(valuesOf(response.fields, 'via')).toEqual(['1.0 behind', `1.1 ${PSEUDONYM}`]);
  const origin = await startOrigin({});
  const edge = await startEdge(origin);
  const loop = await ask(edge, `GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 x, 1.1 ${PSEUDONYM}\r\n\r\n`);
  expect(loop.status).toBe(508);
  expect(origin.connections).toHaveLength(0);
  expect(edge.endings()).toEqual({ 'skipped:refused': 1 });
});

test('Max-Forwards is counted down, and answered at its end (RFC 9110, section 7.6.2)', async () => {
  const { request } = await through('OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n', undefined, 'OPTIONS');
  expect(valuesOf(request.fields, 'max-forwards')).toEqual(['2']);
  const origin = await startOrigin({});
  const edge = await startEdge(origin);
  const last = await ask(edge, 'OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n', 'OPTIONS');
  expect(last.status).toBe(204);
  expect((await ask(edge, 'TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n')).status).toBe(405);
  expect(origin.connections).toHaveLength(0);
});

test('CONNECT is refused, and what is allowed is said (RFC 9110, sections 9.3.6 and 15.5.6)', async () => {
  const origin = await startOrigin({});
  const response = await ask(await startEdge(origin), 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n');
  expect(response.status).toBe(405);
  expect(valuesOf(response.fields, 'allow')).toHaveLength(1);
  expect(origin.connections).toHaveLength(0);
});

test('content codings, ranges and validators pass untouched', async () => {
  const { request, response } = await through(
    'GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, br\r\nRange: bytes=0-1\r\nIf-None-Match: W/"x"\r\n\r\n',
    'HTTP/1.1 206 Partial Content\r\nContent-Encoding: gzip\r\nContent-Range: bytes 0-1/9\r\nETag: W/"y"\r\nContent-Length: 2\r\n\r\n\x1f\x8b',
  );
  expect(request.rawHead).toContain('Accept-Encoding: gzip, br\r\nRange: bytes=0-1\r\nIf-None-Match: W/"x"\r\n');
  expect(response.rawHead).toContain('Content-Encoding: gzip\r\nContent-Range: bytes 0-1/9\r\nETag: W/"y"\r\n');
  expect(response.body).toEqual(Buffer.from([0x1f, 0x8b]));
});

test('nothing that a client says can break out of what the proxy adds', async () => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const edge = await startEdge(origin, { client: { trustedProxies: ['127.0.0.1'] } });
  const hostile = 'x"; a=b\t\xff%0d%0aEvil: 1';
  const response = await ask(
    edge,
    `GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${hostile}\r\nX-Forwarded-For: ${hostile}\r\nX-Forwarded-Host: ${hostile}\r\nVia: 1.1 ${hostile}\r\n\r\n`,
  );
  const { fields } = origin.requests[0]!;
  expect(response.status).toBe(200);
  expect(valuesOf(fields, 'evil')).toEqual([]);
  expect(valuesOf(fields, 'x-request-id')[0]).toMatch(/^[0-9a-f-]+$/);
  expect(valuesOf(fields, 'x-forwarded-for')).toEqual([`${hostile}, 127.0.0.1`]);
});

test('a request without what the sample goes by is not copied, and counted apart', async () => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const sampleBy = { by: 'header', name: 'x-user' } as const;
  const edge = await startEdge(origin, { mirror: { sample: 0.999999, sampleBy } });
  for (const fields of ['', 'X-User: \r\n']) await ask(edge, `GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
  expect([edge.endings(), edge.counts().keyless]).toEqual([{ 'skipped:unsampled': 2 }, 2]);
});
