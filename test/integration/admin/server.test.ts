import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { AdminDependencies } from '../../../src/admin/dependencies.ts';
import { createAdminServer } from '../../../src/admin/server.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { gate } from '../../support/gate.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { dependencies, FakeStore } from '../../unit/admin/results.ts';

const ANY_PORT = { host: '127.0.0.1', port: 0 };

async function started(changes: Partial<AdminDependencies> = {}) {
  const deps = dependencies(changes);
  const server = createAdminServer(deps);
  afterThisTest(() => server.close());
  const { port } = await server.listen(ANY_PORT);
  return { deps, server, port, url: `http://127.0.0.1:${port}` };
}

describe('listening', () => {
  test('gives the address that it got', async () => {
    const { port, url } = await started();
    expect(port).toBeGreaterThan(0);
    expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: 'live' });
  });

  test('a port in use is said with the address and what to do', async () => {
    const { port } = await started();
    const second = createAdminServer(dependencies());
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port} is in use.*--admin`)),
    });
    await second.close();
  });

  test('an address that others can reach needs a token', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'understudy.example']) {
      const server = createAdminServer(dependencies());
      await expect(server.listen({ host, port: 0 })).rejects.toMatchObject({ code: 'admin_unprotected' });
    }
    const server = createAdminServer(dependencies({ token: 'sesame' }));
    afterThisTest(() => server.close());
    expect((await server.listen({ host: '0.0.0.0', port: 0 })).port).toBeGreaterThan(0);
  });

  test('an address that this machine does not have is said with its address', async () => {
    const server = createAdminServer(dependencies({ token: 'sesame' }));
    await expect(server.listen({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'listen_failed',
      message: expect.stringContaining('192.0.2.1:0'),
    });
  });
});

describe('answers', () => {
  test('carry what protects the page, and nothing that lets other origins read', async () => {
    const { url } = await started();
    for (const path of ['/', '/causes/a1b2c3', '/metrics', '/api/v1/exchanges/req-1', '/nowhere']) {
      const { headers } = await fetch(url + path, { headers: { origin: 'http://evil.test' } });
      const isPage = headers.get('content-type')!.startsWith('text/html');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      // The page holds no results, and is asked for anew each time.
      expect(headers.get('cache-control'), path).toBe(isPage ? 'no-cache' : 'no-store');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('HEAD gets the length and no body', async () => {
    const { port, url } = await started();
    const client = await connectRaw(port);
    await client.send('HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const head = await client.response({ to: 'HEAD' });
    const length = Number(/content-length: (\d+)/i.exec(head.rawHead)![1]);
    expect(length).toBe((await (await fetch(url)).arrayBuffer()).byteLength);
    expect((await client.response()).body.toString()).toBe('{"status":"live"}');
  });

  test('metrics have the content type of the text format', async () => {
    const { url } = await started();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('up 1');
  });

  test('non-ASCII text arrives whole', async () => {
    const { url } = await started({ config: () => ({ name: 'Zweitbesetzung ü 演' }) });
    expect(await (await fetch(`${url}/api/v1/config`)).json()).toEqual({ name: 'Zweitbesetzung ü 演' });
  });

  test('a browser that sends the token as Basic password is let in', async () => {
    const { url } = await started({ token: 'sesame' });
    const results = `${url}/api/v1/summary`;
    expect((await fetch(results)).status).toBe(401);
    const authorization = `Basic ${Buffer.from('anyone:sesame').toString('base64')}`;
    expect((await fetch(results, { headers: { authorization } })).status).toBe(200);
  });
});

describe('bodies', () => {
  const put = (framing: string) =>
    `PUT /api/v1/mirror HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`;

  test('the kill switch works over the wire', async () => {
    const { deps, url } = await started();
    const response = await fetch(`${url}/api/v1/mirror`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"enabled":false}',
    });
    expect(await response.json()).toEqual({ enabled: false, paused: [] });
    expect(deps.mirror.get().enabled).toBe(false);
  });

  test.each([
    ['with a length', put(`Content-Length: ${1 << 20}`), 'x'.repeat(1 << 20)],
    [
      'in chunks',
      put('Transfer-Encoding: chunked'),
      `${'10000\r\n'}${'x'.repeat(0x10000)}\r\n`.repeat(16).concat('0\r\n\r\n'),
    ],
  ])('one of 1 MiB %s is refused before it has arrived, and the connection goes on', async (_, head, body) => {
    const { deps, port } = await started();
    const client = await connectRaw(port);
    await client.send(head + body.slice(0, 80_000));
    const response = await client.response();
    expect(response.status).toBe(413);
    expect(JSON.parse(response.body.toString()).code).toBe('too_large');
    await client.send(`${body.slice(80_000)}GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect((await client.response()).status).toBe(200);
    expect(deps.mirror.get().enabled).toBe(true);
  });

  test('one that the client breaks off changes nothing', async () => {
    const { deps, port, url } = await started();
    const client = await connectRaw(port);
    await client.send(`${put('Content-Length: 17')}{"enabled":fal`);
    client.reset();
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(deps.mirror.get().enabled).toBe(true);
  });

  test('one that nobody asked for is read and forgotten', async () => {
    const { port } = await started();
    const client = await connectRaw(port);
    await client.send(`GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`);
    expect((await client.response()).status).toBe(200);
    await client.send('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect((await client.response()).status).toBe(200);
  });
});

test.each(['/livez', '/readyz'])(
  'a probe by HTTP/1.0 without Host, as HAProxy sends it, to %s is answered',
  async (path) => {
    const { port } = await started();
    const client = await connectRaw(port);
    await client.send(`GET ${path} HTTP/1.0\r\n\r\n`);
    expect((await client.response()).status).toBe(200);
  },
);

describe('hostile requests', () => {
  test.each([
    ['no Host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    ['HTTP/1.0 without Host, for what a token would guard', 'GET /metrics HTTP/1.0\r\n\r\n', 421],
    ['HTTP/1.0 with an empty Host', 'GET /livez HTTP/1.0\r\nHost:\r\n\r\n', 421],
    ['another name', 'GET /metrics HTTP/1.1\r\nHost: evil.test\r\n\r\n', 421],
    ['two lengths', 'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'length and coding',
      'PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a head without end', `GET / HTTP/1.1\r\nHost: localhost\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(20)}`, 431],
    ['an absolute target', 'GET http://evil.test/livez HTTP/1.1\r\nHost: localhost\r\n\r\n', 404],
    ['an unknown method', 'PROPFIND /api/v1/summary HTTP/1.1\r\nHost: localhost\r\n\r\n', 405],
  ])('%s: refused, and the server lives', async (_, bytes, status) => {
    const { port, url } = await started();
    const client = await connectRaw(port);
    await client.send(bytes);
    expect((await client.response()).status).toBe(status);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  test('CONNECT is closed without an answer', async () => {
    const { port } = await started();
    const client = await connectRaw(port);
    await client.send('CONNECT evil.test:443 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect((await client.closed()).rest).toBe('');
  });

  test('a head that does not come to an end is given up', async () => {
    const { port } = await started();
    const client = await connectRaw(port);
    await client.send('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect((await client.closed()).rest).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('closing', () => {
  test('answers what is under way, and takes no more', async () => {
    const release = gate();
    const entered = gate();
    const store = new FakeStore();
    const summary = store.summary.bind(store);
    store.summary = async (window) => {
      entered.open();
      await release.opened;
      return summary(window);
    };
    const { server, port, url } = await started({ store });
    const answer = fetch(`${url}/api/v1/summary`);
    await entered.opened;
    const closed = server.close();
    release.open();
    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('connection')).toBe('close');
    await closed;
    await expect(connectRaw(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('idle and half-sent connections do not hold it up', async () => {
    const { server, port } = await started();
    const idle = await connectRaw(port);
    await idle.send('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await idle.response();
    const half = await connectRaw(port);
    await half.send(
      'PUT /api/v1/mirror HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Type: application/json\r\n\r\n{',
    );
    await server.close();
    expect((await idle.closed()).rest).toBe('');
  });

  test('a server that never listened closes at once, and closing twice is no fault', async () => {
    const server = createAdminServer(dependencies());
    await server.close();
    const { server: listening } = await started();
    await Promise.all([listening.close(), listening.close()]);
    await listening.close();
  });
});

test('clients that come and go while it answers leave it alive', async () => {
  const { port, url } = await started();
  for (let round = 0; round < 20; round++) {
    const client = await connectRaw(port);
    await client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(5));
    client.reset();
    const aborted = request(`${url}/`, () => aborted.destroy());
    aborted.on('error', () => {}).end();
    await once(aborted, 'close');
  }
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});
