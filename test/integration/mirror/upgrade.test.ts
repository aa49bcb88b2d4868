/** What becomes of copies of requests that offer other protocols: it follows from what the primary answers. */
import { expect, test } from 'vitest';
import { gate } from '../../support/gate.ts';
import { settled } from '../../support/metrics.ts';
import { type OriginRequest, type OriginScript, type Reply, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: custom\r\nConnection: Upgrade\r\n\r\n';
const PLAIN = 'GET /plain HTTP/1.1\r\nHost: a\r\n\r\n';

const offer = (method: string, target: string, rest: string) =>
  `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n${rest}`;

/** The status that the path asks for. */
const refuse = ({ target, body }: OriginRequest, reply: Reply) => reply.send({ status: Number(target.slice(1)), body });

async function house(primary: OriginScript, candidate: OriginScript) {
  const [production, shadow] = await Promise.all([startOrigin(primary), startOrigin(candidate)]);
  const understudy = await startUnderstudy({
    primary: production.url,
    shadow: shadow.url,
    mirror: { methods: ['GET', 'POST'] },
  });
  return { ...understudy, shadow };
}

test('a request whose offer is not taken is copied without it, and compared', async () => {
  const { port, shadow, adminPort } = await house({ request: refuse }, { request: refuse });
  const client = await connectRaw(port);
  const requests = [
    ['GET', '/200', 'Upgrade: TLS/1.2\r\n\r\n', ''],
    ['GET', '/200', 'Upgrade: h2c, HTTP/2.0\r\n\r\n', ''],
    ['GET', '/200', 'Upgrade: TLS/1.2, websocket\r\nTE: trailers\r\n\r\n', ''],
    ['GET', '/404', 'Upgrade: websocket\r\n\r\n', ''],
    ['GET', '/426', 'Upgrade: websocket\r\n\r\n', ''],
    ['POST', '/200', 'Upgrade: tcp\r\nContent-Length: 5\r\n\r\nhello', 'hello'],
    ['POST', '/403', 'Upgrade: tcp\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n', 'hi'],
  ] as const;
  for (const [method, target, rest] of requests) {
    await client.send(offer(method, target, rest));
    expect((await client.response()).status).toBe(Number(target.slice(1)));
  }
  expect((await settled(adminPort, requests.length)).outcomes('match')).toBe(requests.length);
  expect(shadow.requests.filter(({ rawHead }) => rawHead.includes('pgrade'))).toEqual([]);
  const copies = shadow.requests.map(({ method, target, body }) => `${method} ${target} ${body}`);
  expect(copies.toSorted()).toEqual(
    requests.map(([method, target, , body]) => `${method} ${target} ${body}`).toSorted(),
  );
});

test('a request that becomes a tunnel never reaches the shadow, however late the switch comes', async () => {
  const asked = gate();
  const { port, shadow, adminPort } = await house(
    {
      request: async ({ target, connection }, reply) => {
        if (target === '/plain') {
          await reply.send();
          return;
        }
        await asked.opened;
        await reply.raw(SWITCH);
        await reply.raw(await connection.source.until('!'));
      },
    },
    { request: (_request, reply) => reply.send() },
  );
  const requests = [
    offer('GET', '/tunnel', 'Upgrade: custom\r\n\r\n'),
    offer('POST', '/tunnel', 'Upgrade: custom, h2c\r\nContent-Length: 5\r\n\r\nhello'),
    offer('POST', '/tunnel', 'Upgrade: custom\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n'),
  ];
  const clients = await Promise.all(requests.map(() => connectRaw(port)));
  await Promise.all(requests.map((request, index) => clients[index]!.send(request)));
  // Whoever comes later is copied while those wait for their responses.
  const other = await connectRaw(port);
  await other.send(PLAIN);
  await other.response();
  await shadow.received(1);
  asked.open();
  for (const client of clients) {
    expect((await client.response()).status).toBe(101);
    await client.send('through!');
    await client.until('through!');
  }
  const counted = await settled(adminPort, 4);
  expect([counted.outcomes('match'), counted.outcomes('skipped', 'upgrade')]).toEqual([1, 3]);
  expect(shadow.requests.map(({ target }) => target)).toEqual(['/plain']);
});
