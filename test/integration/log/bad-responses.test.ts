import { expect, test } from 'vitest';
import { gate } from '../../support/gate.ts';
import { settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy } from '../../support/understudy.ts';

/** Each wrong in a way of its own. */
const BAD = [
  'HTTP/9.9 200 OK\r\n\r\n',
  'nonsense\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
];

test('each way in which the primary responds badly has a line of its own, with method, path, route and reason', async () => {
  const primary = await startOrigin(({ target, connection }) => {
    connection.socket.end(BAD[Number(/^\/bad\/(\d+)/.exec(target)![1])]!);
  });
  const understudy = await startUnderstudy({
    primary: primary.url,
    shadow: 'http://127.0.0.1:1',
    routes: [{ name: 'bad', match: { path: '/bad/:way' } }],
  });
  const told = () => understudy.logs().filter(({ msg }) => msg === 'the primary gave no complete response');
  for (const way of BAD.keys()) {
    await fetch(`http://127.0.0.1:${understudy.port}/bad/${way}?token=secret`).then(
      (response) => response.text(),
      () => 'cut',
    );
  }
  await fetch(`http://127.0.0.1:${understudy.port}/bad/0`);
  expect(await understudy.stop()).toBe(0);
  expect(told()).toEqual(
    BAD.map((_, way) =>
      expect.objectContaining({ method: 'GET', path: `/bad/${way}`, route: 'bad', failure: 'invalid' }),
    ),
  );
  expect(new Set(told().map(({ error }) => error)).size).toBe(BAD.length);
});

test('a response that breaks before any of it was sent is logged and counted as none, one that breaks later with its status', async () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const sent = gate();
  const primary = await startOrigin(async ({ target, connection }) => {
    if (target === '/later') {
      connection.socket.write(`${head}4\r\nsome\r\n`);
      await sent.opened;
      connection.socket.end('zz\r\n');
    } else {
      connection.socket.end(`${head}4\r\nsome\r\nzz\r\n`);
    }
  });
  const understudy = await startUnderstudy({
    primary: primary.url,
    shadow: 'http://127.0.0.1:1',
    log: { format: 'json', access: 'json' },
  });
  const url = `http://127.0.0.1:${understudy.port}`;
  await expect(fetch(`${url}/at-once`)).rejects.toThrow();
  const later = await fetch(`${url}/later`);
  sent.open();
  await expect(later.text()).rejects.toThrow();
  const counted = await settled(understudy.adminPort, 2);
  expect(counted.sum('understudy_requests_total', { code: 'none' })).toBe(1);
  expect(counted.sum('understudy_requests_total', { code: '200' })).toBe(1);
  expect(await understudy.stop()).toBe(0);
  const line = (target: string) => understudy.logs().find((each) => each['target'] === target);
  expect(line('/at-once')).toMatchObject({ status: null, bytes: 0, cut: 'primary_failed' });
  expect(line('/later')).toMatchObject({ status: 200, bytes: 4, cut: 'primary_failed' });
});

test('a response is marked as cut where the client left in the middle of it or before, and where it is complete it is not', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n';
  const primary = await startOrigin(({ target, connection }) => {
    if (target !== '/before') connection.socket.write(`${head}${target === '/middle' ? 'half' : 'all of i'}`);
  });
  const understudy = await startUnderstudy({
    primary: primary.url,
    shadow: 'http://127.0.0.1:1',
    log: { format: 'json', access: 'json' },
  });
  const ask = async (target: string) => {
    const client = await connectRaw(understudy.port);
    await client.send(`GET ${target} HTTP/1.1\r\nHost: example.test\r\n\r\n`);
    return client;
  };
  const before = await ask('/before');
  await primary.received(1);
  before.reset();
  const middle = await ask('/middle');
  await middle.until('half');
  middle.reset();
  const complete = await ask('/complete');
  expect((await complete.response()).status).toBe(200);
  complete.destroy();
  // A local reply is a whole one.
  const refused = await connectRaw(understudy.port);
  await refused.send('GET /refused HTTP/1.1\r\nHost: a b\r\n\r\n');
  expect((await refused.response()).status).toBe(400);
  await settled(understudy.adminPort, 4);
  expect(await understudy.stop()).toBe(0);
  const line = (target: string) => understudy.logs().find((each) => each['target'] === target);
  expect(line('/before')).toMatchObject({ status: null, cut: 'client_aborted' });
  expect(line('/middle')).toMatchObject({ status: 200, bytes: 4, cut: 'client_aborted' });
  expect(line('/complete')).toMatchObject({ status: 200, bytes: 8 });
  expect(line('/complete')).not.toHaveProperty('cut');
  expect(line('/refused')).not.toHaveProperty('cut');
});
