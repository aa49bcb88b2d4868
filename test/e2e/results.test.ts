import { expect, test } from 'vitest';
import { startHttpOrigin } from '../support/origin.ts';
import { runUnderstudy, startUnderstudy } from '../support/understudy.ts';

const TOKEN = 'a-token/of+this.test~';

test('the results of a running proxy are cleared by its admin API with the token, those of a stopped one in its store', async () => {
  const origin = await startHttpOrigin((_request, response) => response.end('ok'));
  const target = `http://127.0.0.1:${origin.port}`;
  const { port, adminPort, store, stop } = await startUnderstudy({
    primary: target,
    shadow: target,
    admin: { address: '127.0.0.1:0', token: TOKEN },
    store: { path: './understudy.db', flushInterval: '50ms' },
  });
  const authorized = { headers: { authorization: `Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}` } };
  const ask = async (times: number) => {
    for (let time = 0; time < times; time++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
  };
  const recorded = async () => {
    const found = await (await fetch(`http://127.0.0.1:${adminPort}/api/v1/summary`, authorized)).json();
    return (found as { results: { requests: number } }).results.requests;
  };
  const clear = (args: readonly string[], token = '') =>
    runUnderstudy(['results', 'clear', ...args], { env: { UNDERSTUDY_ADMIN_TOKEN: token } });
  await ask(3);
  await expect.poll(recorded, { timeout: 10_000 }).toBe(3);

  const inUse = await clear(['--store', store]);
  expect(inUse).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/in use: .*--admin URL/) });
  const stranger = await clear(['--admin', `127.0.0.1:${adminPort}`], 'wrong: ä\n');
  expect(stranger).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('UNDERSTUDY_ADMIN_TOKEN') });
  expect(await recorded()).toBe(3);

  const running = await clear(['--admin', `http://127.0.0.1:${adminPort}/`], TOKEN);
  expect(running).toMatchObject({ code: 0, stderr: '' });
  expect(running.stdout).toMatch(
    new RegExp(`^http://127\\.0\\.0\\.1:${adminPort}: deleted the results of 3 requests \\(3 match\\), recorded from `),
  );
  expect(await recorded()).toBe(0);

  await ask(2);
  await expect.poll(recorded, { timeout: 10_000 }).toBe(2);
  await stop();
  const gone = await clear(['--admin', `127.0.0.1:${adminPort}`], TOKEN);
  expect(gone).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining("can't be reached") });
  const stopped = await clear(['--store', store]);
  expect(stopped).toMatchObject({ code: 0, stderr: '' });
  expect(stopped.stdout).toContain('deleted the results of 2 requests');
  const report = await runUnderstudy(['report', '--store', store]);
  expect(report.stdout).toBe('No requests were recorded.\n');
});

test('a server that is no Understudy is not told to delete anything', async () => {
  const methods: (string | undefined)[] = [];
  const origin = await startHttpOrigin(({ method }, response) => {
    methods.push(method);
    response.end('{}');
  });
  const ended = await runUnderstudy(['results', 'clear', '--admin', `127.0.0.1:${origin.port}`]);
  expect(ended).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('is not an admin address of Understudy'),
  });
  expect(methods).toEqual(['GET']);
});
