import { expect, test } from 'vitest';
import { startHttpOrigin } from '../support/origin.ts';
import { runUnderstudy, startUnderstudy } from '../support/understudy.ts';

const TOKEN = 'a-token/of+this.test~';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly reason?: string;
  readonly reopened?: { readonly was: string };
}

test('a signature is marked through a running proxy with the token, opens when it is seen again after it was fixed, and keeps its mark over a restart', async () => {
  const version = (total: number) =>
    startHttpOrigin((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ total }));
    });
  const [primary, shadow] = [await version(10), await version(11)];
  const config = {
    primary: `http://127.0.0.1:${primary.port}`,
    shadow: `http://127.0.0.1:${shadow.port}`,
    admin: { address: '127.0.0.1:0', token: TOKEN },
    store: { path: './understudy.db', flushInterval: '50ms' },
  };
  const { port, adminPort, store, stop } = await startUnderstudy(config);
  const headers = { authorization: `Bearer ${TOKEN}` };
  const rows = async () => {
    const found = await (await fetch(`http://127.0.0.1:${adminPort}/api/v1/signatures`, { headers })).json();
    return (found as { signatures: readonly (Row & { count: number })[] }).signatures;
  };
  const ask = async () => void (await (await fetch(`http://127.0.0.1:${port}/orders`)).text());
  const mark = (args: readonly string[], token = TOKEN) =>
    runUnderstudy(['mark', ...args], { env: { UNDERSTUDY_ADMIN_TOKEN: token } });
  await ask();
  await expect.poll(rows, { timeout: 10_000 }).toMatchObject([{ state: 'open', count: 1 }]);
  const { id } = (await rows())[0]!;
  const admin = `127.0.0.1:${adminPort}`;

  const stranger = await mark([id, 'fixed', '--admin', admin], 'wrong');
  expect(stranger).toMatchObject({ code: 2, stderr: expect.stringContaining('UNDERSTUDY_ADMIN_TOKEN') });
  const unknown = await mark([id, 'nobody', 'fixed', '--admin', admin]);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('no signature has the id nobody') });
  expect(await rows()).toMatchObject([{ state: 'open' }]);

  const fixed = await mark([id, 'fixed', '--admin', admin]);
  expect(fixed).toEqual({ code: 0, stdout: `http://${admin}: marked 1 signature as fixed\n`, stderr: '' });
  expect(await rows()).toMatchObject([{ state: 'fixed' }]);
  await ask();
  await expect.poll(rows, { timeout: 10_000 }).toMatchObject([{ state: 'open', reopened: { was: 'fixed' }, count: 2 }]);

  // Without either flag it is the proxy of the configuration: one that runs is found by its store, and asked.
  const environment = {
    UNDERSTUDY_ADMIN_TOKEN: TOKEN,
    UNDERSTUDY_ADMIN_ADDRESS: admin,
    UNDERSTUDY_STORE: store,
    UNDERSTUDY_PRIMARY: config.primary,
  };
  const expected = await runUnderstudy(['mark', id, 'expected', '--reason', 'the new tax'], { env: environment });
  expect(expected).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`http://${admin}: marked 1`) });
  await ask();
  await expect.poll(rows, { timeout: 10_000 }).toMatchObject([{ state: 'expected', reason: 'the new tax', count: 3 }]);
  await stop();

  expect((await runUnderstudy(['report', '--store', store])).stdout).toContain('expected: the new tax');
  const stopped = await runUnderstudy(['mark', id, 'open'], { env: environment });
  expect(stopped).toEqual({ code: 0, stdout: `store ${store}: marked 1 signature as open\n`, stderr: '' });
});
