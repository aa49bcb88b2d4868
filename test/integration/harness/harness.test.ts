import { expect, test } from 'vitest';
import { gate } from '../../support/gate.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';

test('an origin records requests byte for byte and a client reads what it answers', async () => {
  const origin = await startOrigin((request, reply) => reply.json({ got: request.body.toString() }));
  const client = await connectRaw(origin.port);
  const first = 'POST /a%2Fb HTTP/1.1\r\nhost:  x\r\nX-B: \xff\r\nContent-Length: 5\r\n\r\nhello';
  const second = 'PUT / HTTP/1.1\nTransfer-Encoding: chunked\n\n3;x=y\nabc\n0\nT: v\n\n';
  void client.send(first + second);
  expect((await client.response()).body.toString()).toBe('{"got":"hello"}');
  expect((await client.response()).body.toString()).toBe('{"got":"abc"}');
  expect(origin.requests.map(({ method, target, trailers }) => ({ method, target, trailers }))).toEqual([
    { method: 'POST', target: '/a%2Fb', trailers: [] },
    { method: 'PUT', target: '/', trailers: ['T', 'v'] },
  ]);
  expect(valuesOf(origin.requests[0]!.fields, 'x-b')).toEqual(['\xff']);
  expect(origin.connections[0]!.received.toString('latin1')).toBe(first + second);
});

test('a client keeps 1xx messages, framing and trailers apart', async () => {
  const origin = await startOrigin((_request, reply) =>
    reply.raw(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '2\r\nok\r\n0\r\nSum: 1\r\n\r\nHTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n',
    ),
  );
  const client = await connectRaw(origin.port);
  await client.send('GET / HTTP/1.1\r\n\r\n');
  expect(await client.response()).toMatchObject({
    status: 200,
    reason: 'Fine',
    complete: 'chunked',
    trailers: ['Sum', '1'],
    informational: [{ status: 103, fields: ['Link', '</a>'] }],
  });
  expect(await client.response()).toMatchObject({ status: 304, complete: 'none' });
});

test.each([
  ['both framings', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
  ['space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n'],
  ['a chunk size with a sign', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n'],
  ['a chunk longer than its size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n'],
  ['HTTP/0.9', 'hello\r\n\r\n'],
])('a client refuses %s', async (_what, bytes) => {
  const origin = await startOrigin((_request, reply) => reply.raw(bytes));
  const client = await connectRaw(origin.port);
  await client.send('GET / HTTP/1.1\r\n\r\n');
  await expect(client.response()).rejects.toThrow();
});

test('stages wait for their gate, and both sides see how a connection ends', async () => {
  const second = gate();
  const origin = await startOrigin(async (_request, reply) => {
    await reply.stages('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab', second.opened, 'c');
    reply.end();
  });
  const client = await connectRaw(origin.port);
  await client.send('GET / HTTP/1.1\r\n\r\n');
  expect(await client.until('ab')).toContain('200 OK');
  second.open();
  expect(await client.closed()).toEqual({ how: 'end', rest: 'c' });
  client.reset();
});

test('a truncated body is an error, and so is a reset', async () => {
  const origin = await startOrigin({
    head: async (request, reply) => {
      if (request.target === '/reset') reply.reset();
    },
    request: async (_request, reply) => {
      await reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab');
      reply.end();
    },
  });
  const truncated = await connectRaw(origin.port);
  await truncated.send('GET / HTTP/1.1\r\n\r\n');
  await expect(truncated.response()).rejects.toMatchObject({ how: 'end', partial: Buffer.from('ab') });
  const reset = await connectRaw(origin.port);
  await reset.send('POST /reset HTTP/1.1\r\nContent-Length: 4\r\n\r\n');
  await expect(reset.response()).rejects.toMatchObject({ how: 'reset' });
});

test('a peer that does not read holds back the one that writes', async () => {
  const reading = gate();
  const origin = await startOrigin({
    connected: (connection) => (connection === origin.connections[0] ? reading.opened : undefined),
    request: (request, reply) => reply.send({ body: String(request.body.length) }),
  });
  const upload = Buffer.concat([
    Buffer.from('POST / HTTP/1.1\r\nContent-Length: 33554432\r\n\r\n'),
    Buffer.alloc(33554432, 'x'),
  ]);
  const held = await connectRaw(origin.port);
  const free = await connectRaw(origin.port);
  void held.send(upload);
  void free.send(upload);
  expect((await free.response()).body.toString()).toBe('33554432');
  expect(origin.connections[0]!.socket.bytesRead).toBeLessThan(1024 * 1024);
  reading.open();
  expect((await held.response()).body.toString()).toBe('33554432');
});
