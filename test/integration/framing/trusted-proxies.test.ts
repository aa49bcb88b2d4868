/** Whose word about the client is taken. */
import { expect, test } from 'vitest';
import { ask, startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { startOrigin } from '../../support/origin.ts';

const SAID =
  'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\n' +
  'Forwarded: for=203.0.113.9\r\nX-Request-Id: abc-1\r\n\r\n';
const NAMES = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'x-request-id'];

async function forwarded(trustedProxies: readonly string[]): Promise<string[][]> {
  const origin = await startOrigin((_request, reply) => reply.send());
  await ask(await startEdge(origin, { client: { trustedProxies } }), SAID);
  return NAMES.map((name) => valuesOf(origin.requests[0]!.fields, name));
}

test.each([[[]], [['10.0.0.0/8', '::1']], [['127.0.0.2']]])(
  'with %j trusted, a stranger is not believed',
  async (proxies) => {
    const [address, scheme, host, standard, id] = await forwarded(proxies);
    expect([address, scheme, host, standard]).toEqual([['127.0.0.1'], ['http'], ['a'], []]);
    expect(id).toEqual([expect.stringMatching(/^[0-9a-f]{16}-[0-9a-f]{8}$/)]);
  },
);

test.each([[['127.0.0.1']], [['fd00::/8', '127.0.0.0/8']]])(
  'with %j trusted, the proxy is believed',
  async (proxies) => {
    expect(await forwarded(proxies)).toEqual([
      ['203.0.113.9, 127.0.0.1'],
      ['https'],
      ['b'],
      ['for=203.0.113.9'],
      ['abc-1'],
    ]);
  },
);

test('a trace is passed on, whoever sends it', async () => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  await ask(await startEdge(origin), `GET / HTTP/1.1\r\nHost: a\r\ntraceparent: ${trace}\r\ntracestate: a=b\r\n\r\n`);
  const { fields } = origin.requests[0]!;
  expect([valuesOf(fields, 'traceparent'), valuesOf(fields, 'tracestate')]).toEqual([[trace], ['a=b']]);
});
