import { describe, expect, test } from 'vitest';
import { clientFraming, offering, type Passage, requestText, responseText } from '../../../src/edge/forwarding.ts';
import { forwardedTrailers, responseLines } from '../../../src/wire/end-to-end.ts';
import type { ParsedRequest } from '../../../src/wire/message.ts';
import { request, response } from './heads.ts';

const PASSAGE: Passage = {
  sender: 'client',
  address: '192.0.2.1',
  scheme: 'http',
  host: 'a',
  targetHost: 'a',
  target: '/x',
  requestId: 'id-1',
  pseudonym: 'us',
};

/** The lines of the forwarded head, without those that are always added. */
function forwarded(head: Partial<ParsedRequest>, passage: Partial<Passage> = {}): string[] {
  const lines = requestText(request(head), { ...PASSAGE, ...passage }).split('\r\n');
  expect(lines.slice(-2)).toEqual(['', '']);
  return lines
    .slice(0, -2)
    .filter((line) => !/^(traceparent: 00-|X-Forwarded-|X-Request-Id: id-1|Via: 1.[01] us)/.test(line));
}

const added = (head: Partial<ParsedRequest>, passage: Partial<Passage> = {}) =>
  requestText(request(head), { ...PASSAGE, ...passage })
    .split('\r\n')
    .filter((line) => /^(x-forwarded-|forwarded|x-request-id|via)/i.test(line));

const HOP_LINE = /^(TE|Connection|Upgrade):/;
const hopLines = (text: string) => text.split('\r\n').filter((line) => HOP_LINE.test(line));

describe('a request on its way to the primary', () => {
  test('keeps order, case, duplicates and empty values', () => {
    const fields = ['hOST', 'a', 'X-B', '1', 'x-a', '', 'X-b', '\xff', 'Cookie', 'a=b', 'Cookie', 'c=d'];
    expect(forwarded({ fields })).toEqual([
      'GET /x HTTP/1.1',
      'hOST: a',
      'X-B: 1',
      'x-a: ',
      'X-b: \xff',
      'Cookie: a=b',
      'Cookie: c=d',
    ]);
  });

  test('loses what is meant for this hop, and what Connection names', () => {
    const fields = ['Host', 'a', 'Connection', 'X-Hop, close', 'x-hop', '1', 'Keep-Alive', 'timeout=5'];
    fields.push(
      'Proxy-Connection',
      'keep-alive',
      'Proxy-Authorization',
      'Basic x',
      'Upgrade',
      'h2c',
      'HTTP2-Settings',
      'x',
    );
    fields.push('connection', 'also', 'ALSO', '2', 'Stays', '3', 'X-Understudy-Copy', 'forged');
    expect(forwarded({ fields })).toEqual(['GET /x HTTP/1.1', 'Host: a', 'Stays: 3']);
  });

  test.each(['host', 'content-length', 'transfer-encoding'])('keeps %s even where Connection names it', (name) => {
    const value = name === 'host' ? 'a' : name === 'content-length' ? '5' : 'chunked';
    const fields = name === 'host' ? [name, value] : ['Host', 'a', name, value];
    const bodyLength = name === 'content-length' ? 5 : name === 'transfer-encoding' ? 'chunked' : 0;
    expect(forwarded({ fields: [...fields, 'Connection', name], bodyLength })).toContain(`${name}: ${value}`);
  });

  test.each([
    ['trailers', ['TE: trailers', 'Connection: TE']],
    ['gzip, Trailers;q=1', []],
    ['deflate;q=0.5, trailers', ['TE: trailers', 'Connection: TE']],
    ['gzip', []],
  ])('with TE: %s keeps no more of it than trailers', (te, expected) => {
    expect(forwarded({ fields: ['Host', 'a', 'TE', te, 'Connection', 'TE'] }).slice(2)).toEqual(expected);
  });

  test('has its framing written in one form', () => {
    expect(forwarded({ fields: ['Host', 'a', 'content-Length', '0012'], bodyLength: 12 })).toContain(
      'content-Length: 12',
    );
    expect(forwarded({ fields: ['Host', 'a', 'Transfer-encoding', 'CHUNKED'], bodyLength: 'chunked' })).toContain(
      'Transfer-encoding: chunked',
    );
  });

  test('gets the authority that was asked for as Host, where the field was, or in front where there was none', () => {
    expect(forwarded({ fields: ['A', 'b', 'Host', 'x'] }, { targetHost: 'y:81' })).toEqual([
      'GET /x HTTP/1.1',
      'A: b',
      'Host: y:81',
    ]);
    expect(forwarded({ fields: ['A', 'b'], minorVersion: 0 }, { targetHost: 'y' })).toEqual([
      'GET /x HTTP/1.1',
      'Host: y',
      'A: b',
    ]);
  });

  test.each([
    ['OPTIONS', '5', '4'],
    ['OPTIONS', '1', '0'],
    ['OPTIONS', 'x', 'x'],
    ['GET', '5', '5'],
  ])('%s with Max-Forwards: %s goes on with %s', (method, from, to) => {
    expect(forwarded({ method, fields: ['Host', 'a', 'Max-Forwards', from] })).toContain(`Max-Forwards: ${to}`);
  });

  test('carries an expectation, but not for HTTP/1.0', () => {
    const fields = ['Host', 'a', 'Expect', '100-continue'];
    expect(forwarded({ fields })).toContain('Expect: 100-continue');
    expect(forwarded({ fields, minorVersion: 0 })).not.toContain('Expect: 100-continue');
  });

  test.each([
    ['next to TE', ['TE', 'trailers'], ['TE: trailers', 'Connection: TE, Upgrade', 'Upgrade: websocket, x']],
    ['alone', [], ['Connection: Upgrade', 'Upgrade: websocket, x']],
  ])('offers other protocols only where it is told to: %s', (_where, te, expected) => {
    const fields = ['Host', 'a', 'Connection', 'Upgrade, TE', 'Upgrade', 'websocket', ...te];
    const text = requestText(request({ fields }), PASSAGE);
    expect(text).not.toContain('pgrade');
    expect(hopLines(offering(text, 'websocket, x'))).toEqual(expected);
    const rest = (all: string) => all.split('\r\n').filter((line) => !HOP_LINE.test(line));
    expect(rest(offering(text, 'websocket, x'))).toEqual(rest(text));
  });

  test('takes its trace along, and begins one where there is none', () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const text = requestText(request({ fields: ['Host', 'a', 'Traceparent', trace, 'tracestate', 'a=b'] }), PASSAGE);
    expect(text.match(/traceparent/gi)).toHaveLength(1);
    expect(text).toContain(`Traceparent: ${trace}\r\ntracestate: a=b\r\n`);
    const traces = [0, 1].map(
      () => /traceparent: (00-[0-9a-f]{32}-[0-9a-f]{16}-01)\r/.exec(requestText(request(), PASSAGE))?.[1],
    );
    expect(traces[0]).toBeDefined();
    expect(traces[0]).not.toBe(traces[1]);
  });
});

describe('what is said about the sender', () => {
  const said = [
    'Host',
    'a',
    'X-Forwarded-For',
    '203.0.113.9',
    'x-forwarded-for',
    '198.51.100.2',
    'X-Forwarded-Proto',
    'https',
  ];
  said.push('Forwarded', 'for=203.0.113.9', 'X-Request-Id', 'theirs', 'X-Forwarded-Host', 'forged');

  test('by a client is overwritten', () => {
    expect(added({ fields: said })).toEqual([
      'X-Forwarded-For: 192.0.2.1',
      'X-Forwarded-Proto: http',
      'X-Forwarded-Host: a',
      'X-Request-Id: id-1',
      'Via: 1.1 us',
    ]);
  });

  test('by a trusted proxy is passed on, and its address appended', () => {
    expect(added({ fields: said }, { sender: 'trusted_proxy', requestId: 'theirs' })).toEqual([
      'X-Forwarded-Proto: https',
      'Forwarded: for=203.0.113.9',
      'X-Forwarded-Host: forged',
      'X-Forwarded-For: 203.0.113.9, 198.51.100.2, 192.0.2.1',
      'X-Request-Id: theirs',
      'Via: 1.1 us',
    ]);
  });

  test('is completed where a trusted proxy says nothing', () => {
    expect(added({}, { sender: 'trusted_proxy' })).toEqual(added({}));
  });

  test('names the version that the request came with, behind the proxies before', () => {
    expect(
      added({ fields: ['Host', 'a', 'Via', '1.1 before'], minorVersion: 0 }).filter((line) => /^via/i.test(line)),
    ).toEqual(['Via: 1.1 before', 'Via: 1.0 us']);
  });
});

describe('an answer on its way to the client', () => {
  const text = (over: Parameters<typeof response>[0], framing = clientFraming(request(), response(over), true)) => {
    const head = response(over);
    return responseText(head, responseLines(head), framing, {
      pseudonym: 'us',
      clock: { wall: () => 0, monotonic: () => 0 },
    });
  };

  test('keeps its fields, apart, in order, and its Date', () => {
    const fields = ['DATE', 'then', 'Set-Cookie', 'b=1', 'X', '', 'set-cookie', 'a=2', 'Content-Length', '0'];
    expect(text({ fields })).toBe(
      'HTTP/1.1 200 OK\r\nDATE: then\r\nSet-Cookie: b=1\r\nX: \r\nset-cookie: a=2\r\nContent-Length: 0\r\nVia: 1.1 us\r\n\r\n',
    );
  });

  test('gets a Date where it has none', () => {
    expect(text({})).toContain('\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n');
  });

  test('loses what is meant for this hop, and what Connection names', () => {
    const fields = [
      'Connection',
      'x-hop, keep-alive',
      'X-Hop',
      '1',
      'Keep-Alive',
      'timeout=5',
      'TE',
      'x',
      'Upgrade',
      'h2c',
    ];
    fields.push('Proxy-Authenticate', 'Basic', 'Proxy-Connection', 'x', 'Transfer-Encoding', 'chunked', 'A', 'b');
    expect(responseLines(response({ fields }))).toBe('A: b\r\n');
  });

  test.each([204, 103])('%d says nothing about a length', (status) => {
    expect(responseLines(response({ status, fields: ['Content-Length', '5'] }))).toBe('');
  });

  test('that demands an upgrade says to what', () => {
    expect(
      text({ status: 426, reason: 'Upgrade Required', fields: ['Upgrade', 'websocket', 'Connection', 'upgrade'] }),
    ).toContain('Connection: Upgrade\r\nUpgrade: websocket\r\n');
  });
});

describe('the framing of an answer', () => {
  test.each([
    [1, 5, true, 'plain', ''],
    [1, 5, false, 'plain', 'close'],
    [1, 'chunked', true, 'chunked', ''],
    [1, 'close', true, 'chunked', ''],
    [1, 'close', false, 'chunked', 'close'],
    [0, 5, true, 'plain', 'keep-alive'],
    [0, 5, false, 'plain', 'close'],
    [0, 'chunked', true, 'plain', 'close'],
    [0, 'close', true, 'plain', 'close'],
  ] as const)(
    'to HTTP/1.%d of length %s where it is kept alive: %s is %s, Connection: %s',
    (minorVersion, bodyLength, keepAlive, body, connection) => {
      expect(clientFraming(request({ minorVersion }), response({ bodyLength }), keepAlive)).toEqual({
        body,
        connection,
      });
    },
  );
});

test('trailers that could be taken for the head of the message are dropped, others kept', () => {
  expect(
    forwardedTrailers([
      'Checksum',
      '1',
      'Host',
      'x',
      'X-Forwarded-For',
      'y',
      'AUTHORIZATION',
      'z',
      'set-cookie',
      'a',
      'Server-Timing',
      'b',
    ]),
  ).toEqual(['Checksum', '1', 'Server-Timing', 'b']);
  expect(
    forwardedTrailers(['Content-Length', '5', 'Transfer-Encoding', 'chunked', 'x-understudy-copy', 'm', 'Via', 'v']),
  ).toEqual([]);
});
