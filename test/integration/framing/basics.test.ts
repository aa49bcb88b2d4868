import { expect, test } from 'vitest';
import { PSEUDONYM, startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';

test('a request goes on as it came, with what the proxy has to say behind it', async () => {
  const origin = await startOrigin((_request, reply) => reply.send({ headers: { Date: 'x' }, body: 'hi' }));
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  await client.send(
    'GET /a%2Fb/../c//d;e?f=%zz&g HTTP/1.1\r\nhOst: example.test:81\r\nx-B: 1\r\nX-b:  2\r\nX-C:\r\n\r\n',
  );
  const response = await client.response();
  const { rawHead } = origin.requests[0]!;
  expect(rawHead).toMatch(
    new RegExp(
      [
        'GET /a%2Fb/\\.\\./c//d;e\\?f=%zz&g HTTP/1\\.1',
        'hOst: example\\.test:81',
        'x-B: 1',
        'X-b: 2',
        'X-C: ',
        'traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01',
        'X-Forwarded-For: 127\\.0\\.0\\.1',
        'X-Forwarded-Proto: http',
        'X-Forwarded-Host: example\\.test:81',
        'X-Request-Id: [0-9a-f]{16}-[0-9a-f]{8}',
        `Via: 1\\.1 ${PSEUDONYM}`,
        '',
        '$',
      ].join('\r\n'),
    ),
  );
  expect(response.body.toString()).toBe('hi');
  expect(response.fields).toEqual(['Date', 'x', 'Content-Length', '2', 'Via', `1.1 ${PSEUDONYM}`]);
});

test('connections on both sides carry many exchanges', async () => {
  const origin = await startOrigin((request, reply) => reply.send({ body: request.target }));
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  for (let at = 0; at < 20; at++) {
    await client.send(`GET /${at} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect((await client.response()).body.toString()).toBe(`/${at}`);
  }
  expect(origin.connections).toHaveLength(1);
  expect(edge.endings()).toEqual({ 'skipped:disabled': 20 });
});

test('an answer without a Date gets one (RFC 9110, section 6.6.1)', async () => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const edge = await startEdge(origin);
  const client = await connectRaw(edge.port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [date] = valuesOf((await client.response()).fields, 'date');
  expect(new Date(date!).toUTCString()).toBe(date);
});
