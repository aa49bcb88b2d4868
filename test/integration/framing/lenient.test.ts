/** A primary whose responses may deviate in ways that other proxies let pass: clients get the canonical form, or a 502. */
import { describe, expect, test } from 'vitest';
import type { Leniency } from '../../../src/config/target-types.ts';
import { ask, startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { get, poolTo } from '../../support/wire.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const ALL: readonly Leniency[] = ['colon_space', 'chunk_padding', 'duplicate_length'];
const OK = 'HTTP/1.1 200 OK\r\n';

const DEVIATIONS: readonly (readonly [Leniency, string])[] = [
  ['colon_space', `${OK}X-A : b\r\nContent-Length\t: 2\r\n\r\nhi`],
  ['duplicate_length', `${OK}Content-Length: 2\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi`],
  ['duplicate_length', `${OK}X-A: b\r\nContent-Length: 2, 2\r\n\r\nhi`],
  ['chunk_padding', `${OK}X-A: b\r\nTransfer-Encoding: chunked\r\n\r\n2  \r\nhi\r\n0 \r\n\r\n`],
];

const serving = (answer: string) => startOrigin((_request, reply) => reply.raw(answer));

describe.each(DEVIATIONS)('where %s is allowed and comes', (option, answer) => {
  test('the client gets the canonical form, and its connection goes on', async () => {
    const edge = await startEdge(await serving(answer), { target: { lenient: [option] } });
    const client = await connectRaw(edge.port);
    for (let round = 0; round < 3; round++) {
      await client.send(GET);
      const response = await client.response();
      expect(response.status).toBe(200);
      expect(response.body.toString()).toBe('hi');
      expect(valuesOf(response.fields, 'x-a')).toEqual(['b']);
      const names = response.fields.filter((_, index) => index % 2 === 0);
      expect(names.join()).not.toMatch(/\s/);
      expect(valuesOf(response.fields, 'content-length')).toEqual(option === 'chunk_padding' ? [] : ['2']);
    }
  });

  test('and the same comes byte by byte, it is the same', async () => {
    const origin = await startOrigin(async (_request, reply) => {
      for (const byte of answer) await reply.raw(byte);
    });
    const edge = await startEdge(origin, { target: { lenient: [option] } });
    expect((await ask(edge, GET)).body.toString()).toBe('hi');
  });

  test('a target that is not allowed it has a bad response', async () => {
    const lenient = ALL.filter((other) => other !== option);
    const edge = await startEdge(await serving(answer), { target: { lenient } });
    const client = await connectRaw(edge.port);
    await client.send(GET);
    if (option === 'chunk_padding') expect((await client.closed()).how).toBe('reset');
    else expect((await client.response()).status).toBe(502);
  });

  test('a shadow or control, too, is read so only where its own target says so', async () => {
    const { port } = await serving(answer);
    const told = await get(
      poolTo(port, { target: { lenient: [option] } }).acquire({ onStream() {}, onNoStream() {} })!,
    ).over();
    expect(told.body).toBe('hi');
    const strict = await get(poolTo(port).acquire({ onStream() {}, onNoStream() {} })!).over();
    expect(strict.failure).toMatchObject({ kind: 'invalid' });
  });
});

test.each([
  'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nhi',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nhi\r\n0\r\n\r\n',
])('requests are read as strictly as ever: %j', async (request) => {
  const edge = await startEdge(await serving(`${OK}Content-Length: 0\r\n\r\n`), { target: { lenient: ALL } });
  expect((await ask(edge, request)).status).toBe(400);
});

test('what is behind a response that is read leniently is nobody else’s', async () => {
  const forged = `${OK}Content-Length: 6\r\n\r\nforged`;
  let asked = 0;
  const origin = await startOrigin((_request, reply) =>
    asked++ === 0 ? reply.raw(`${OK}Content-Length : 2, 2\r\n\r\nhi${forged}`) : reply.send({ body: 'good' }),
  );
  const edge = await startEdge(origin, { target: { lenient: ALL } });
  const client = await connectRaw(edge.port);
  await client.send(GET);
  expect((await client.response()).body.toString()).toBe('hi');
  await client.send(GET);
  expect((await client.response()).body.toString()).toBe('good');
});
