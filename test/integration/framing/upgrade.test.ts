/** Other protocols on the same connection. RFC 9110, section 7.8. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { afterThisTest } from '../../support/cleanup.ts';
import { ask, startEdge } from '../../support/edge.ts';
import { gate } from '../../support/gate.ts';
import { valuesOf } from '../../support/message.ts';
import { type OriginHead, type Reply, startHttpOrigin, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';

const MEBIBYTE = 1024 * 1024;
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: custom\r\nConnection: Upgrade\r\nX: 1\r\n\r\n';
const offer = (protocol = 'custom', target = '/') =>
  `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;

/** An origin that switches and then does what it is told. */
const switching = (then: (request: OriginHead, reply: Reply) => unknown, answer = SWITCH) =>
  startOrigin({
    head: async (request, reply) => {
      await reply.raw(answer);
      await then(request, reply);
    },
  });

test('bytes cross both ways after a 101, those in the same segment too', async () => {
  const origin = await switching(async ({ connection }, reply) => {
    expect((await connection.source.until('from client')).toString()).toBe('from client');
    await reply.raw('answer');
  }, `${SWITCH}from server`);
  const edge = await startEdge(origin, { mirror: {} });
  const client = await connectRaw(edge.port);
  await client.send(`${offer('custom, h2c')}from client`);
  const response = await client.response();
  expect(response.status).toBe(101);
  expect([
    valuesOf(response.fields, 'upgrade'),
    valuesOf(response.fields, 'connection'),
    valuesOf(response.fields, 'x'),
  ]).toEqual([['custom'], ['Upgrade'], ['1']]);
  await client.until('from serveranswer');
  expect(edge.endings()).toEqual({ 'skipped:upgrade': 1 });
  const head = origin.connections[0]!.received.toString();
  expect(head).toContain('\r\nConnection: Upgrade\r\nUpgrade: custom\r\n');
});

test('every byte crosses, at the pace of the slower side', async () => {
  const body = randomBytes(24 * MEBIBYTE);
  const reading = gate();
  let written = false;
  const origin = await switching(async ({ connection }, reply) => {
    await reading.opened;
    expect((await connection.source.take(body.length)).equals(body)).toBe(true);
    void reply.raw(body).then(() => {
      written = true;
    });
  });
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  await client.send(offer());
  await client.response();
  let sent = false;
  void client.send(body).then(() => {
    sent = true;
  });
  const other = await startOrigin((_request, reply) => reply.send());
  const elsewhere = await startEdge(other);
  for (let round = 0; round < 100; round++) await ask(elsewhere, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(sent).toBe(false);
  reading.open();
  while (!sent) await new Promise(setImmediate);
  for (let round = 0; round < 100; round++) await ask(elsewhere, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(written).toBe(false);
  expect((await client.take(body.length)).equals(body)).toBe(true);
});

describe('the end of a tunnel', () => {
  test('comes from each side by itself', async () => {
    const origin = await switching(async ({ connection }, reply) => {
      expect(await connection.closed()).toBe('end');
      await reply.raw('last words');
      reply.end();
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(offer());
    await client.response();
    client.halfClose();
    expect(await client.closed()).toEqual({ how: 'end', rest: 'last words' });
  });

  test('leaves the other direction open, whoever is first', async () => {
    const heard = Promise.withResolvers<string>();
    const origin = await switching(async ({ connection }, reply) => {
      reply.end();
      heard.resolve((await connection.source.rest()).bytes.toString());
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(offer());
    await client.response();
    expect(await client.closed()).toEqual({ how: 'end', rest: '' });
    await client.send('still here');
    client.halfClose();
    expect(await heard.promise).toBe('still here');
  });

  test('comes when one side breaks', async () => {
    const broken = Promise.withResolvers<string>();
    const origin = await switching(async ({ connection, target }, reply) => {
      if (target === '/reset') reply.reset();
      else broken.resolve(await connection.closed());
    });
    const edge = await startEdge(origin);
    const one = await connectRaw(edge.port);
    await one.send(offer('custom', '/reset'));
    await one.response();
    await one.closed();
    const two = await connectRaw(edge.port);
    await two.send(offer());
    await two.response();
    two.reset();
    await broken.promise;
  });

  test('comes when nothing moves for too long, not before', async () => {
    const origin = await switching(async ({ connection }, reply) => {
      for (let round = 0; round < 5; round++) await reply.raw(await connection.source.take(1));
      await connection.closed();
    });
    const edge = await startEdge(origin, { client: { upgradeTimeout: 200 } });
    const client = await connectRaw(edge.port);
    await client.send(offer());
    await client.response();
    for (let round = 0; round < 5; round++) {
      await client.send('x');
      await client.take(1);
    }
    await client.closed();
  });

  test('comes with the edge', async () => {
    const origin = await switching(({ connection }) => connection.closed());
    const edge = await startEdge(origin);
    const client = await connectRaw(edge.port);
    await client.send(offer());
    await client.response();
    const drained = edge.edge.drain();
    edge.close();
    await client.closed();
    await drained;
  });
});

test('a refusal is an ordinary answer, and the connection goes on', async () => {
  const origin = await startOrigin((request, reply) =>
    request.target === '/426'
      ? reply.send({ status: 426, headers: { Upgrade: 'other', Connection: 'Upgrade' }, body: 'no' })
      : reply.send({ body: 'plain' }),
  );
  const edge = await startEdge(origin, { mirror: {} });
  const client = await connectRaw(edge.port);
  await client.send(offer());
  expect((await client.response()).body.toString()).toBe('plain');
  await client.send(offer('custom', '/426'));
  const response = await client.response();
  expect(response.status).toBe(426);
  expect(valuesOf(response.fields, 'upgrade')).toEqual(['other']);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await client.response()).status).toBe(200);
});

test.each([
  [
    'h2c',
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n',
  ],
  ['an offer that Connection does not name', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n'],
  ['an offer of HTTP/1.0', 'GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  [
    'an offer of TLS, as Apache HttpClient adds it to every request,',
    'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: TLS/1.2\r\nConnection: Upgrade\r\n\r\n',
  ],
  [
    'an offer of HTTP/2 in a list, with a body,',
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: http/2.0, TLS\r\nContent-Length: 2\r\n\r\nhi',
  ],
])('%s is not passed on, and the request is an ordinary one', async (_what, request) => {
  const origin = await startOrigin((_request, reply) => reply.send({ body: 'ok' }));
  expect((await ask(await startEdge(origin), request)).body.toString()).toBe('ok');
  const { fields, rawHead } = origin.requests[0]!;
  expect([valuesOf(fields, 'upgrade'), valuesOf(fields, 'connection'), valuesOf(fields, 'http2-settings')]).toEqual([
    [],
    [],
    [],
  ]);
  expect(rawHead).not.toContain('pgrade');
});

describe('an offer with a body (RFC 9110, section 7.8)', () => {
  const HEAD = 'POST /exec HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: custom\r\n';

  /** An origin that switches once it has the whole request, and then says back what it hears. */
  const echoing = () =>
    startOrigin({
      request: async ({ connection }, reply) => {
        await reply.raw(`${SWITCH}hello `);
        for (;;) await reply.raw(await connection.source.take(1));
      },
    });

  test.each([
    ['of known length', 'Content-Length: 13\r\n\r\n{"Tty": true}'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"Tty\r\n8\r\n": true}\r\n0\r\n\r\n'],
  ])('%s is sent whole, then bytes cross both ways', async (_how, rest) => {
    const origin = await echoing();
    const edge = await startEdge(origin, { mirror: {} });
    const client = await connectRaw(edge.port);
    await client.send(`${HEAD}${rest}ahead`);
    expect((await client.response()).status).toBe(101);
    await client.until('hello ahead');
    await client.send(' and later');
    await client.until(' and later');
    const [request] = origin.requests;
    expect([request!.body.toString(), valuesOf(request!.fields, 'upgrade')]).toEqual(['{"Tty": true}', ['custom']]);
    expect(edge.endings()).toEqual({ 'skipped:upgrade': 1 });
  });

  test.each([
    ['of known length', 'Content-Length: 10\r\n\r\nhello', 'world'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', '5\r\nworld\r\n0\r\n\r\n'],
  ])('%s goes on where the switch comes before its end', async (_how, first, last) => {
    const origin = await startOrigin({
      head: (_request, reply) => reply.raw(`${SWITCH}early `),
      request: async ({ connection, body }, reply) => {
        await reply.raw(body);
        await reply.raw(await connection.source.until('!'));
      },
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(HEAD + first);
    expect((await client.response()).status).toBe(101);
    await client.send(`${last}behind!`);
    await client.until('early helloworldbehind!');
    expect(origin.requests[0]!.body.toString()).toBe('helloworld');
  });

  test('of 8 MB goes on after an early switch, at the pace of the primary', async () => {
    const body = randomBytes(8 * MEBIBYTE);
    const origin = await startOrigin({
      head: (_request, reply) => reply.raw(SWITCH),
      request: (request, reply) => reply.raw(request.body.equals(body) ? 'same' : 'other'),
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(`${HEAD}Content-Length: ${body.length}\r\n\r\n`);
    expect((await client.response()).status).toBe(101);
    await client.send(body);
    await client.until('same');
  });

  test.each([
    ['asks for it', ['HTTP/1.1 100 Continue\r\n\r\n', SWITCH]],
    ['switches without asking for it', [SWITCH]],
  ])('that waits for leave gets it, where the primary %s', async (_what, says) => {
    const origin = await startOrigin({
      head: (_request, reply) => reply.raw(says.join('')),
      request: ({ body }, reply) => reply.raw(body),
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(`${HEAD}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`);
    expect((await client.informational()).status).toBe(100);
    expect(await client.response()).toMatchObject({ status: 101, informational: [] });
    await client.send('hello');
    await client.until('hello');
  });

  test('is an ordinary request where the primary refuses, before or after its end', async () => {
    const origin = await startOrigin({
      head: (request, reply) => request.target === '/early' && reply.send({ status: 426, body: 'early' }),
      request: (request, reply) => request.target !== '/early' && reply.send({ body: request.body }),
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(`${HEAD}Content-Length: 5\r\n\r\nhello`);
    expect((await client.response()).body.toString()).toBe('hello');
    await client.send(`${HEAD.replace('/exec', '/early')}Content-Length: 5\r\n\r\n`);
    expect((await client.response()).status).toBe(426);
    await client.send('hello');
    await client.send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`);
    expect((await client.response()).body.toString()).toBe('hi');
    expect(origin.requests.map(({ target }) => target)).toEqual(['/exec', '/early', '/exec']);
  });

  test('shows the client that the primary broke behind an early switch', async () => {
    const broken = gate();
    const origin = await startOrigin({
      head: async (_request, reply) => {
        await reply.raw(SWITCH);
        await broken.opened;
        reply.reset();
      },
    });
    const edge = await startEdge(origin, { mirror: {} });
    const client = await connectRaw(edge.port);
    await client.send(`${HEAD}Content-Length: 5\r\n\r\n`);
    expect((await client.response()).status).toBe(101);
    broken.open();
    await client.send('he');
    expect(await client.closed()).toMatchObject({ rest: '' });
    expect(edge.endings()).toEqual({ 'skipped:upgrade': 1 });
  });
});

test('a client that has said all before the switch still hears the rest', async () => {
  const ended = gate();
  const origin = await startOrigin({
    head: async ({ connection, target }, reply) => {
      if (target === '/other') {
        await reply.send();
        return;
      }
      await ended.opened;
      await reply.raw(SWITCH);
      expect(await connection.closed()).toBe('end');
      await reply.raw('last words');
      reply.end();
    },
  });
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  await client.send(offer());
  client.halfClose();
  // What the edge hears of later, it has heard of after the end of the client's side.
  await ask(edge, 'GET /other HTTP/1.1\r\nHost: a\r\n\r\n');
  ended.open();
  expect((await client.response()).status).toBe(101);
  expect(await client.closed()).toEqual({ how: 'end', rest: 'last words' });
});

test('a switch to what was not offered is a 502', async () => {
  const origin = await switching(() => {});
  expect((await ask(await startEdge(origin), offer('websocket'))).status).toBe(502);
});

describe('WebSocket', () => {
  async function echo() {
    const sockets = new WebSocketServer({ noServer: true });
    const origin = await startHttpOrigin((_request, response) => void response.end());
    origin.server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on('message', (data, isBinary) => opened.send(data, { binary: isBinary }));
        opened.on('close', (code, reason) => closes.push(`${code} ${reason}`));
      });
    });
    const closes: string[] = [];
    const edge = await startEdge(origin);
    const open = async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${edge.port}/chat`);
      afterThisTest(() => socket.terminate());
      await once(socket, 'open');
      return socket;
    };
    return { open, edge, closes };
  }

  test('messages of 1 MiB come back to the byte', async () => {
    const { open, closes } = await echo();
    const socket = await open();
    for (let round = 0; round < 8; round++) {
      const message = randomBytes(MEBIBYTE);
      socket.send(message);
      const [data] = await once(socket, 'message');
      expect(message.equals(data)).toBe(true);
    }
    socket.close(1000, 'done');
    const [code] = await once(socket, 'close');
    expect(code).toBe(1000);
    while (closes.length === 0) await new Promise(setImmediate);
    expect(closes).toEqual(['1000 done']);
  });

  test('many sockets speak at once', async () => {
    const { UNDERSTUDY_WEBSOCKETS = '200' } = process.env;
    const count = Number(UNDERSTUDY_WEBSOCKETS);
    const { open, edge } = await echo();
    const sockets = await Promise.all(Array.from({ length: count }, open));
    const answers = sockets.map(async (socket, index) => {
      socket.send(`message ${index}`);
      const [data] = await once(socket, 'message');
      return String(data);
    });
    expect(await Promise.all(answers)).toEqual(sockets.map((_, index) => `message ${index}`));
    expect(edge.endings()).toEqual({ 'skipped:upgrade': count });
  });
});
