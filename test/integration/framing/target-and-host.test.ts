/** What is asked for, and of whom. RFC 9112, section 3.2; RFC 9110, section 7.1 and 7.2. */
import { describe, expect, test } from 'vitest';
import type { Target } from '../../../src/config/target-types.ts';
import { ask, type RunningEdge, startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';

async function sides(target?: Partial<Target>): Promise<{ origin: Origin; edge: RunningEdge }> {
  const origin = await startOrigin((_request, reply) => reply.send());
  return { origin, edge: await startEdge(origin, target === undefined ? {} : { target }) };
}

test.each([
  '/a%2Fb',
  '/a/../b',
  '//a//b/',
  '/;x=y;z',
  '/a?b?c=/../&d=%',
  '/%zz%00',
  '/{}|\\^`"<>',
  "/!$&'()*+,;=:@-._~",
  '/?',
])('the target %s goes on byte for byte (RFC 9110, section 7.7)', async (target) => {
  const { origin, edge } = await sides();
  expect((await ask(edge, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)).status).toBe(200);
  expect(origin.requests[0]!.target).toBe(target);
});

test.each(['/a\x80', '/a\x01b', '/a\tb', '/a b', '/a#b', '*', 'a:80', 'a', 'ftp://a/', 'http://u:p@a/', 'http:///'])(
  'the target %j is refused (RFC 9112, section 3.2)',
  async (target) => {
    const { origin, edge } = await sides();
    const response = await ask(edge, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(response.status).toBe(400);
    expect(valuesOf(response.fields, 'connection')).toEqual(['close']);
    expect(origin.connections).toHaveLength(0);
  },
);

test.each([
  ['http://b.test:81/x?y', '/x?y', 'b.test:81'],
  ['http://b.test', '/', 'b.test'],
  ['HTTP://b.test?y', '/?y', 'b.test'],
  ['https://[::1]:8/', '/', '[::1]:8'],
])(
  'the authority of %s replaces Host, and the target is its path (RFC 9112, section 3.2.2)',
  async (target, path, host) => {
    const { origin, edge } = await sides();
    await ask(edge, `GET ${target} HTTP/1.1\r\nX: 1\r\nHost: other.test\r\n\r\n`);
    const [request] = origin.requests;
    expect(request!.target).toBe(path);
    expect(valuesOf(request!.fields, 'host')).toEqual([host]);
    expect(valuesOf(request!.fields, 'x-forwarded-host')).toEqual([host]);
  },
);

test('OPTIONS * stays what it is, and so does OPTIONS of an authority alone (RFC 9112, section 3.2.4)', async () => {
  const { origin, edge } = await sides();
  await ask(edge, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 'OPTIONS');
  await ask(edge, 'OPTIONS http://b.test HTTP/1.1\r\nHost: a\r\n\r\n', 'OPTIONS');
  expect(origin.requests.map(({ target }) => target)).toEqual(['*', '*']);
});

describe('Host (RFC 9112, section 3.2)', () => {
  test.each([
    ['is missing', 'X: 1\r\n'],
    ['is there twice', 'Host: a\r\nHost: a\r\n'],
    ['is a list', 'Host: a, b\r\n'],
    ['has a path', 'Host: a/b\r\n'],
    ['has a user', 'Host: u@a\r\n'],
    ['has a port that is none', 'Host: a:b\r\n'],
    ['has white space inside', 'Host: a b\r\n'],
    ['is empty', 'Host:\r\n'],
    ['is a port alone', 'Host: :80\r\n'],
    ['is invalid although the target is absolute', 'Host: a/b\r\n'],
  ])('that %s is refused', async (_what, fields) => {
    const { origin, edge } = await sides();
    const target = _what.includes('absolute') ? 'http://a/' : '/';
    expect((await ask(edge, `GET ${target} HTTP/1.1\r\n${fields}\r\n`)).status).toBe(400);
    expect(origin.connections).toHaveLength(0);
  });

  test('is kept as it was spelled', async () => {
    const { origin, edge } = await sides();
    await ask(edge, 'GET / HTTP/1.1\r\nhost: Example.TEST:8080\r\n\r\n');
    expect(origin.requests.map(({ fields }) => valuesOf(fields, 'host'))).toEqual([['Example.TEST:8080']]);
  });

  test("is the target's own where HTTP/1.0 names none", async () => {
    const { origin, edge } = await sides();
    await ask(edge, 'GET / HTTP/1.0\r\n\r\n');
    expect(valuesOf(origin.requests[0]!.fields, 'host')).toEqual([`127.0.0.1:${origin.port}`]);
  });

  test('is the configured one where there is one, and what was asked for is told all the same', async () => {
    const { origin, edge } = await sides({ hostHeader: 'own.test' });
    await ask(edge, 'GET / HTTP/1.1\r\nHost: asked.test\r\n\r\n');
    const { fields } = origin.requests[0]!;
    expect([valuesOf(fields, 'host'), valuesOf(fields, 'x-forwarded-host')]).toEqual([['own.test'], ['asked.test']]);
  });
});

test('a route is found whatever the spelling of the path, and the path goes on in that spelling', async () => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const edge = await startEdge(origin, { routes: [{ name: 'admin', match: { path: '/admin/*' } }] });
  const targets = ['/%61dmin/x', '/x/../admin', '//admin;v=1/', 'http://b/admin'];
  for (const target of targets) await ask(edge, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
  expect(edge.counts(0).requestTotal).toBe(targets.length);
  expect(origin.requests.map(({ target }) => target)).toEqual([...targets.slice(0, 3), '/admin']);
});

describe('a primary behind a path', () => {
  test.each([
    ['/a?b=/c', '/v2/a?b=/c'],
    ['/', '/v2/'],
    ['//a/../%2F;x', '/v2//a/../%2F;x'],
    ['http://b.test/a', '/v2/a'],
    ['http://b.test', '/v2/'],
  ])('gets a request for %s as %s', async (target, expected) => {
    const { origin, edge } = await sides({ prefix: '/v2' });
    await ask(edge, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(origin.requests[0]!.target).toBe(expected);
  });

  test('gets OPTIONS of the server as a whole as such, and its answers go back as they are', async () => {
    const headers = { Location: '/v2/b', 'Set-Cookie': 'a=b; Path=/v2' };
    const origin = await startOrigin((_request, reply) => reply.send({ status: 201, headers }));
    const edge = await startEdge(origin, { target: { prefix: '/v2' } });
    const answer = await ask(edge, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(origin.requests[0]!.target).toBe('*');
    expect([valuesOf(answer.fields, 'location'), valuesOf(answer.fields, 'set-cookie')]).toEqual([
      ['/v2/b'],
      ['a=b; Path=/v2'],
    ]);
  });
});

test('a primary gets the header fields that are set for it, and not those that are removed', async () => {
  const { origin, edge } = await sides({ headers: { set: { 'x-tenant': 'shop' }, remove: ['x-debug', 'via'] } });
  await ask(edge, 'GET / HTTP/1.1\r\nHost: a\r\nX-Tenant: liar\r\nX-Debug: 1\r\nX-Kept: 2\r\n\r\n');
  const { fields } = origin.requests[0]!;
  expect(['host', 'x-tenant', 'x-debug', 'via', 'x-kept'].map((name) => valuesOf(fields, name))).toEqual([
    ['a'],
    ['shop'],
    [],
    [],
    ['2'],
  ]);
});

test.each([
  'GET / HTTP/1.1\r\nHost: pay.example.com.\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: PAY.example.com:8443\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: p%61y.example.com.:80\r\n\r\n',
  'GET http://pay.Example.com.:8080/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.0\r\nHost: pay.example.com.\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: eu.shop.example.com.\r\n\r\n',
  'GET //intern%61l/./x HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a/x/../internal;v=1/x HTTP/1.1\r\nHost: b\r\n\r\n',
])('a route without copies is not evaded by %j, which goes on as it came', async (request) => {
  const origin = await startOrigin((_request, reply) => reply.send());
  const edge = await startEdge(origin, {
    mirror: {},
    routes: [
      { match: { host: 'pay.example.com' }, mirrored: false },
      { match: { host: '*.shop.example.com' }, mirrored: false },
      { match: { path: '/internal/*' }, mirrored: false },
    ],
  });
  await ask(edge, request);
  expect(edge.endings()).toEqual({ 'skipped:route': 1 });
  const [, scheme = '', authority, target] = /^GET (http:\/\/([^/]*))?(\S*)/.exec(request)!;
  const host = scheme === '' ? /Host: (.*)\r/.exec(request)![1]! : authority;
  expect([origin.requests[0]!.target, valuesOf(origin.requests[0]!.fields, 'host')]).toEqual([target, [host]]);
});
