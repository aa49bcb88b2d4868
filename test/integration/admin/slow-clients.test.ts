import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { afterThisTest } from '../../support/cleanup.ts';
import { runUnderstudy, startUnderstudy } from '../../support/understudy.ts';

test('clients that are slow never keep a probe out: the slowest are closed, and the log says so once', async () => {
  const understudy = await startUnderstudy({ primary: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:2' });
  const { adminPort } = understudy;
  const sockets: Socket[] = [];
  afterThisTest(() => {
    for (const socket of sockets) socket.destroy();
  });
  const connectSlowly = () =>
    new Promise<void>((resolve) => {
      const socket = connect(adminPort, '127.0.0.1', resolve);
      socket.on('error', () => {});
      socket.write('GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
      sockets.push(socket);
    });
  for (let opened = 0; opened < 300; opened++) await connectSlowly();
  for (const path of ['livez', 'readyz']) {
    expect((await fetch(`http://127.0.0.1:${adminPort}/${path}`)).status).toBe(200);
  }
  expect(await runUnderstudy(['health', '--admin', `127.0.0.1:${adminPort}`])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  const told = understudy.logs().filter(({ msg }) => msg?.startsWith('the admin address has too many clients'));
  expect(told).toMatchObject([{ connections: 256, closed: 1 }]);
  expect(await understudy.stop()).toBe(0);
});

test('health finds the address as serve does, loads no schema for it, and tells what is wrong', async () => {
  const understudy = await startUnderstudy({ primary: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:2' });
  const address = `127.0.0.1:${understudy.adminPort}`;
  const loaded = `--import=data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      if (/node_modules\\/(zod|undici|yaml)\\//.test(url)) throw new Error('loaded ' + url);
      return next(url, context);
    } });
  `)}`;
  expect(await runUnderstudy(['health'], { env: { UNDERSTUDY_ADMIN: address, NODE_OPTIONS: loaded } })).toMatchObject({
    code: 0,
    stderr: '',
  });
  expect((await runUnderstudy(['health', '--admin', '127.0.0.1:1'])).code).toBe(1);
  expect((await runUnderstudy(['health', '--admin', 'nowhere'])).code).toBe(2);
  expect((await runUnderstudy(['health', '-c', '/none'])).stderr).toContain('/none: cannot be read');
  expect(await understudy.stop()).toBe(0);
  const { code, stderr } = await runUnderstudy(['health', '--admin', address]);
  expect(code).toBe(1);
  expect(stderr).toContain("can't be reached");
});
