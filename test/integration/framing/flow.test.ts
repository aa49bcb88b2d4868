/** Who may speak when: order, early answers, ends and repeats. RFC 9112, section 9; RFC 9110, section 9.2.2. */
import { describe, expect, test } from 'vitest';
import { MovableClock } from '../../support/clock.ts';
import { ask, startEdge } from '../../support/edge.ts';
import { gate } from '../../support/gate.ts';
import { valuesOf } from '../../support/message.ts';
import { type OriginHead, startHttpOrigin, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { settled } from '../../support/settled.ts';

const MEBIBYTE = 1024 * 1024;

const get = (target: string, fields = '') => `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

describe('pipelined requests (RFC 9112, section 9.3.2)', () => {
  test('are answered in order, and reach the primary one by one', async () => {
    const first = gate();
    const origin = await startOrigin(async (request, reply) => {
      if (request.target === '/1') await first.opened;
      await reply.send({ body: request.target });
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(get('/1') + get('/2') + get('/3'));
    await origin.received(1);
    expect(origin.requests).toHaveLength(1);
    first.open();
    for (const target of ['/1', '/2', '/3']) expect((await client.response()).body.toString()).toBe(target);
  });

  test('with bodies are told apart, however they are cut', async () => {
    const origin = await startOrigin((request, reply) => reply.send({ body: request.body }));
    const client = await connectRaw((await startEdge(origin)).port);
    const post = (body: string) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n';
    const text = post('one') + chunked + post('three');
    for (let at = 0; at < text.length; at += 7) await client.send(text.slice(at, at + 7));
    for (const body of ['one', 'two', 'three']) expect((await client.response()).body.toString()).toBe(body);
  });

  test('behind one that closes are not begun', async () => {
    const origin = await startOrigin((_request, reply) => reply.send());
    const edge = await startEdge(origin);
    const client = await connectRaw(edge.port);
    await client.send(get('/1', 'Connection: close\r\n') + get('/2'));
    expect(valuesOf((await client.response()).fields, 'connection')).toEqual(['close']);
    expect((await client.closed()).rest).toBe('');
    expect(origin.requests.map(({ target }) => target)).toEqual(['/1']);
    expect(edge.counts().requestTotal).toBe(1);
  });

  test('a thousand at once are no deep stack', async () => {
    const origin = await startOrigin((request, reply) => reply.send({ body: request.target }));
    const client = await connectRaw((await startEdge(origin)).port);
    void client.send(Array.from({ length: 1000 }, (_, at) => get(`/${at}`)).join(''));
    for (let at = 0; at < 1000; at++) expect((await client.response()).body.toString()).toBe(`/${at}`);
  });

  test.each([20, 500])(
    'whose answers are not taken wait, and cost bounded memory, sent %d at a time',
    async (atOnce) => {
      let answered = 0;
      const origin = await startHttpOrigin((_request, response) => {
        answered++;
        // Small enough to come in one read, so that no single answer feels the client's pace.
        response.end(Buffer.alloc(12 * 1024));
      });
      const edge = await startEdge(origin);
      const client = await connectRaw(edge.port);
      const count = 2000;
      for (let sent = 0; sent < count; sent += atOnce) {
        await client.send(get('/').repeat(atOnce));
        await settled(() => answered);
      }
      expect(answered).toBeLessThan(count / 2);
      for (let at = 0; at < count; at++) await client.response();
      expect(answered).toBe(count);
    },
  );
});

describe('an answer before the request is complete (RFC 9112, section 9.3)', () => {
  const upload = 8 * MEBIBYTE;

  test('with close reaches the client every time, whatever it still sends', async () => {
    const origin = await startOrigin({
      head: async (request, reply) => {
        await reply.send({ status: 413, headers: { Connection: 'close' }, body: 'too much' });
        reply.end();
        await request.connection.closed();
      },
    });
    const edge = await startEdge(origin);
    for (let round = 0; round < 5; round++) {
      const client = await connectRaw(edge.port);
      void client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${upload}\r\n\r\n`);
      const sent = client.send(Buffer.alloc(upload));
      await sent;
      const response = await client.response();
      expect([response.status, response.body.toString()]).toEqual([413, 'too much']);
      expect(valuesOf(response.fields, 'connection')).toEqual(['close']);
    }
  });

  test('reaches the client though the primary resets the connection behind it, in the midst of the upload', async () => {
    const origin = await startOrigin({
      head: (_head, reply) => {
        void reply.send({ status: 413, reason: 'Content Too Large', body: 'early' });
        reply.reset();
      },
    });
    const edge = await startEdge(origin);
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 20; attempt++) {
      const client = await connectRaw(edge.port);
      void client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${upload}\r\n\r\n`);
      void client.send(Buffer.alloc(upload));
      statuses.add((await client.response()).status);
      client.destroy();
    }
    expect([...statuses]).toEqual([413]);
  });

  test('leaves the upload going where the primary goes on reading', async () => {
    const origin = await startOrigin({
      head: async (request, reply) => {
        if (request.method === 'POST') await reply.send({ body: 'early' });
      },
      request: async (request, reply) => {
        if (request.method === 'GET') await reply.send({ body: 'next' });
      },
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${upload}\r\n\r\n`);
    expect((await client.response()).body.toString()).toBe('early');
    void client.send(Buffer.alloc(upload, 'x'));
    await client.send(get('/'));
    expect((await client.response()).body.toString()).toBe('next');
    expect(origin.requests[0]!.body).toHaveLength(upload);
  });

  test('streams beside the upload', async () => {
    const origin = await startHttpOrigin((request, response) => {
      request.pipe(response);
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (const word of ['one', 'two', 'three']) {
      await client.send(`${word.length}\r\n${word}\r\n`);
      await client.until(`\r\n${word}\r\n`);
    }
    await client.send('0\r\n\r\n');
    await client.until('0\r\n\r\n');
  });
});

describe('a client that ends its side', () => {
  test('behind its request is answered (RFC 9112, section 9.6)', async () => {
    const held = gate();
    const origin = await startOrigin(async (_request, reply) => {
      await held.opened;
      await reply.send({ body: 'late' });
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(get('/'));
    client.halfClose();
    await origin.received(1);
    held.open();
    expect((await client.response()).body.toString()).toBe('late');
    expect((await client.closed()).how).toBe('end');
  });

  test('behind several gets all the answers', async () => {
    const origin = await startOrigin((request, reply) => reply.send({ body: request.target }));
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(get('/1') + get('/2') + get('/3'));
    client.halfClose();
    for (const target of ['/1', '/2', '/3']) expect((await client.response()).body.toString()).toBe(target);
    expect(await client.closed()).toEqual({ how: 'end', rest: '' });
  });

  test('before its last request is complete gets what was complete', async () => {
    const origin = await startOrigin((request, reply) => reply.send({ body: request.target }));
    const edge = await startEdge(origin);
    const client = await connectRaw(edge.port);
    await client.send(`${get('/1')}GET /2 HT`);
    client.halfClose();
    expect((await client.response()).body.toString()).toBe('/1');
    await client.closed();
    expect(origin.requests).toHaveLength(1);
  });

  test('gets a long answer to its end, however slowly it reads', async () => {
    const size = 16 * MEBIBYTE;
    const origin = await startHttpOrigin((_request, response) => void response.end(Buffer.alloc(size)));
    const edge = await startEdge(origin);
    const client = await connectRaw(edge.port);
    await client.send(get('/', 'Connection: close\r\n'));
    client.halfClose();
    for (let at = 0; at < 50; at++) await ask(edge, get('/', 'Connection: close\r\n'), 'HEAD');
    expect((await client.response()).body).toHaveLength(size);
  });
});

describe('a client that is gone', () => {
  const upstreamEnd = () => {
    const closed = Promise.withResolvers<string>();
    const watch = async (request: OriginHead) => closed.resolve(await request.connection.closed());
    return { closed: closed.promise, watch };
  };

  test('while it waits closes the upstream', async () => {
    const { closed, watch } = upstreamEnd();
    const origin = await startOrigin({ request: watch });
    const edge = await startEdge(origin);
    const client = await connectRaw(edge.port);
    await client.send(get('/'));
    await origin.received(1);
    client.reset();
    await closed;
    expect(edge.endings()).toEqual({ 'skipped:client_aborted': 1 });
  });

  test.each([
    ['while it waits', get('/'), ''],
    ['while it waits, with another request behind it', get('/') + get('/2'), ''],
    ['within an answer', get('/'), 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
  ])('by a FIN alone %s closes the upstream where that is taken for leaving', async (_when, sent, answered) => {
    const { closed, watch } = upstreamEnd();
    const origin = await startOrigin({
      request: async (request, reply) => {
        if (answered !== '') await reply.raw(answered);
        await watch(request);
      },
    });
    const edge = await startEdge(origin, { client: { halfClosed: 'gone' } });
    const client = await connectRaw(edge.port);
    await client.send(sent);
    await origin.received(1);
    if (answered !== '') await client.take(answered.length);
    client.halfClose();
    await closed;
    await client.closed();
    expect(origin.requests).toHaveLength(1);
    expect(edge.endings()).toEqual({ 'skipped:client_aborted': 1 });
  });

  test('between two requests is no fault where a FIN is taken for leaving', async () => {
    const origin = await startOrigin((request, reply) => reply.send({ body: request.target }));
    const edge = await startEdge(origin, { client: { halfClosed: 'gone' } });
    const client = await connectRaw(edge.port);
    await client.send(get('/1'));
    expect((await client.response()).body.toString()).toBe('/1');
    client.halfClose();
    expect(await client.closed()).toEqual({ how: 'end', rest: '' });
    expect(edge.endings()).not.toHaveProperty('skipped:client_aborted');
  });

  test('within an answer closes the upstream', async () => {
    const stopped = Promise.withResolvers<void>();
    const origin = await startHttpOrigin((_request, response) => {
      response.writeHead(200);
      const pour = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', pour).on('close', stopped.resolve);
      pour();
    });
    const client = await connectRaw((await startEdge(origin)).port);
    await client.send(get('/'));
    await client.take(MEBIBYTE);
    client.destroy();
    await stopped.promise;
  });

  test.each([
    ['sized', 'Content-Length: 10', 'hello'],
    ['chunked', 'Transfer-Encoding: chunked', '5\r\nhello\r\n'],
  ])('within a %s upload leaves none that looks complete (RFC 9112, section 8)', async (_how, field, part) => {
    for (const how of ['halfClose', 'reset'] as const) {
      const { closed, watch } = upstreamEnd();
      const origin = await startOrigin({
        head: async (request) => {
          await request.connection.source.until('hello');
          await watch(request);
        },
      });
      const edge = await startEdge(origin);
      const client = await connectRaw(edge.port);
      await client.send(`POST / HTTP/1.1\r\nHost: a\r\n${field}\r\n\r\n${part}`);
      while (origin.connections[0]?.received.includes('hello') !== true) await new Promise(setImmediate);
      client[how]();
      await closed;
      expect(origin.connections[0]!.received.toString()).not.toContain('\r\n0\r\n');
      expect(origin.requests).toHaveLength(0);
      expect(edge.endings()).toEqual({ 'skipped:client_aborted': 1 });
    }
  });

  test('after an early answer frees no connection with half a request on it', async () => {
    const { closed, watch } = upstreamEnd();
    const origin = await startOrigin({
      head: async (request, reply) => {
        await reply.send({ body: 'early' });
        if (request.method === 'POST') await watch(request);
      },
    });
    const edge = await startEdge(origin);
    const client = await connectRaw(edge.port);
    await client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello');
    await client.response();
    client.reset();
    await closed;
    expect((await ask(edge, get('/'))).body.toString()).toBe('early');
    expect(origin.connections).toHaveLength(2);
  });
});

describe('a kept-alive connection that died unused (RFC 9112, section 9.3.1)', () => {
  /** The second request on a connection kills it. */
  async function dying() {
    const origin = await startOrigin(async (request, reply) => {
      if (request.connection.received.toString().match(/HTTP\/1\.1\r\n/g)!.length > 1) reply.reset();
      else await reply.send({ body: request.method });
    });
    const edge = await startEdge(origin);
    await ask(edge, get('/'));
    return { origin, edge };
  }

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])(
    'is no failure of a bodiless %s: it is sent once more',
    async (method) => {
      const { origin, edge } = await dying();
      expect((await ask(edge, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, method)).status).toBe(200);
      expect(origin.connections).toHaveLength(2);
    },
  );

  test.each([
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi',
    'POST / HTTP/1.1\r\nHost: a\r\n\r\n',
    'PATCH / HTTP/1.1\r\nHost: a\r\n\r\n',
    'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi',
  ])('fails %j, which is never sent twice', async (request) => {
    const { origin, edge } = await dying();
    expect((await ask(edge, request)).status).toBe(502);
    expect(origin.requests).toHaveLength(2);
    expect(origin.connections).toHaveLength(1);
  });

  test('is a failure when a byte of the answer had come', async () => {
    const origin = await startOrigin(async (request, reply) => {
      if (request.target === '/1') return reply.send();
      await reply.raw('H');
      reply.reset();
    });
    const edge = await startEdge(origin);
    await ask(edge, get('/1'));
    expect((await ask(edge, get('/2'))).status).toBe(502);
    expect(origin.requests).toHaveLength(2);
  });
});

test('a new connection that dies is not tried again', async () => {
  const origin = await startOrigin((_request, reply) => reply.reset());
  expect((await ask(await startEdge(origin), get('/'))).status).toBe(502);
  expect(origin.requests).toHaveLength(1);
});

test('a request that finds the pool full is answered, and the connection goes on', async () => {
  const held = gate();
  const origin = await startOrigin(async (request, reply) => {
    if (request.target === '/held') await held.opened;
    await reply.send({ body: request.body });
  });
  const edge = await startEdge(origin, { target: { connections: 1 }, timeouts: { connect: 40 } });
  const holder = await connectRaw(edge.port);
  await holder.send(get('/held'));
  await origin.received(1);
  const client = await connectRaw(edge.port);
  const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi';
  await client.send(post);
  const refused = await client.response();
  expect(refused.status).toBe(503);
  expect(valuesOf(refused.fields, 'retry-after')).toEqual(['1']);
  held.open();
  await holder.response();
  await client.send(post);
  expect((await client.response()).body.toString()).toBe('hi');
});

test('a client that does not read costs bounded memory', async () => {
  let poured = 0;
  const origin = await startHttpOrigin((_request, response) => {
    const pour = () => {
      do poured += 65_536;
      while (poured < 256 * MEBIBYTE && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', pour);
    pour();
  });
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  await client.send(get('/'));
  await client.take(1000);
  await settled(() => poured);
  expect(poured).toBeLessThan(64 * MEBIBYTE);
});

test('a request that finds the pool full is served, body and all, as soon as there is room', async () => {
  const held = gate();
  const origin = await startOrigin(async (request, reply) => {
    if (request.target === '/held') await held.opened;
    await reply.send({ body: request.body });
  });
  const edge = await startEdge(origin, { target: { connections: 1 } });
  const holder = await connectRaw(edge.port);
  await holder.send(get('/held'));
  await origin.received(1);
  const client = await connectRaw(edge.port);
  const body = 'x'.repeat(3 * MEBIBYTE);
  const sent = client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const leaver = await connectRaw(edge.port);
  await leaver.send(get('/left'));
  leaver.reset();
  await expect.poll(() => edge.endings()).toEqual({ 'skipped:client_aborted': 1 });
  held.open();
  await holder.response();
  expect((await client.response()).body.toString()).toBe(body);
  await sent;
  expect(origin.requests.map(({ target }) => target)).toEqual(['/held', '/']);
});

test('a client that does not end its side behind its last answer is closed in the end', async () => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const clock = new MovableClock();
  const edge = await startEdge(origin, { clock });
  const client = await connectRaw(edge.port);
  await client.send(get('/', 'Connection: close\r\n'));
  await client.response();
  expect(await client.closed()).toEqual({ how: 'end', rest: '' });
  const drained = edge.edge.drain();
  clock.advance(2_000);
  await drained;
});

test('draining finishes what is under way, says so, and takes no more', async () => {
  const held = gate();
  const origin = await startOrigin(async (_request, reply) => {
    await held.opened;
    await reply.send();
  });
  const edge = await startEdge(origin);
  const [idle, busy] = [await connectRaw(edge.port), await connectRaw(edge.port)];
  await busy.send(get('/1') + get('/2'));
  await origin.received(1);
  const drained = edge.edge.drain();
  expect((await idle.closed()).how).toBe('end');
  held.open();
  expect(valuesOf((await busy.response()).fields, 'connection')).toEqual(['close']);
  expect((await busy.closed()).rest).toBe('');
  busy.destroy();
  idle.destroy();
  await drained;
  expect(origin.requests).toHaveLength(1);
});

test('answers that were given are delivered, however long after the last one a client takes them', async () => {
  let answered = 0;
  const origin = await startHttpOrigin((_request, response) => {
    answered++;
    response.end(Buffer.alloc(64 * 1024));
  });
  const clock = new MovableClock();
  const edge = await startEdge(origin, { clock });
  const client = await connectRaw(edge.port);
  await client.send(get('/').repeat(500));
  await settled(() => answered);
  const drained = edge.edge.drain();
  clock.advance(10_000);
  await new Promise<void>((resolve) => {
    edge.context.deadlines.add({ deadline: clock.monotonic(), onDeadline: resolve });
  });
  const given = answered;
  for (let at = 0; at < given; at++) expect((await client.response()).body).toHaveLength(64 * 1024);
  expect(await client.closed()).toEqual({ how: 'end', rest: '' });
  client.destroy();
  await drained;
});

test('a client that has gone without a word is found out by what is written to it, and its primary let go', async () => {
  const origin = await startOrigin(async ({ connection }, reply) => {
    await reply.raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n');
    while (!connection.socket.destroyed) {
      await reply.raw('2\r\nhi\r\n');
      await new Promise(setImmediate);
    }
  });
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  await client.send(get('/stream'));
  await client.until('hi');
  client.halfClose();
  await client.until('hi');
  client.destroy();
  await expect.poll(() => edge.endings()['skipped:client_aborted']).toBe(1);
});
