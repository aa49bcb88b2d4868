import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RejudgedSignature } from '../../src/cli/rejudgement.ts';
import { settled } from '../support/metrics.ts';
import { startHttpOrigin } from '../support/origin.ts';
import { runUnderstudy, startUnderstudy } from '../support/understudy.ts';

const RULES = `routes:
  - name: orders
    match: {path: /orders/:id}
    compare:
      rules:
        - {path: $.total, within: 1%}
        - {path: $.gone, ignore: true}
`;

test('rules that were added after the mismatches are tried on them, while the proxy runs and after', async () => {
  const version = (bodies: Readonly<Record<string, unknown>>) =>
    startHttpOrigin(({ url }, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(bodies[url!]));
    });
  const primary = await version({ '/orders/1': { total: 100 }, '/orders/2': { name: 'a' } });
  const shadow = await version({ '/orders/1': { total: 100.5 }, '/orders/2': { name: 'b' } });
  const { directory, port, adminPort, store, stop } = await startUnderstudy({
    primary: `http://127.0.0.1:${primary.port}`,
    shadow: `http://127.0.0.1:${shadow.port}`,
    store: { path: './understudy.db', flushInterval: '50ms' },
    routes: [{ name: 'orders', match: { path: '/orders/:id' } }],
  });
  for (const id of [1, 2]) await (await fetch(`http://127.0.0.1:${port}/orders/${id}`)).text();
  await settled(adminPort, 2);
  await recorded(adminPort, 2);
  await writeFile(join(directory, 'new.yaml'), RULES);

  const args = ['rejudge', '-c', 'new.yaml', '--store', store];
  const beside = await runUnderstudy([...args, '--json'], { directory });
  await stop();
  const after = await runUnderstudy(args, { directory });

  expect(beside).toMatchObject({ code: 0, stderr: '' });
  const { signatures, rules } = JSON.parse(beside.stdout);
  expect(Object.fromEntries(signatures.map((each: RejudgedSignature) => [each.places[0]!.path, each.now]))).toEqual({
    '$.total': 'accepted',
    '$.name': 'mismatch',
  });
  expect(rules).toEqual([
    { rule: '{path: $.total, within: 1%}', origin: 'new.yaml:6', state: 'used', examples: 1, of: 2 },
    { rule: '{path: $.gone, ignore: true}', origin: 'new.yaml:7', state: 'unused', examples: 0, of: 2 },
  ]);
  expect(after).toMatchObject({ code: 0, stderr: '' });
  expect(after.stdout).toMatch(
    /^Of 2 signatures of mismatches 1 would be gone, 0 partly, 1 would stay, 0 can't be told\.\n/,
  );
});

/** What is recorded comes with the next flush; a bounded number of looks. */
async function recorded(adminPort: number, mismatches: number): Promise<void> {
  for (let attempt = 1; attempt <= 200; attempt++) {
    const found = await (await fetch(`http://127.0.0.1:${adminPort}/api/v1/signatures`)).json();
    if ((found as { signatures: readonly unknown[] }).signatures.length === mismatches) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the mismatches were not recorded');
}
