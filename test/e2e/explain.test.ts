import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { settled } from '../support/metrics.ts';
import { startHttpOrigin } from '../support/origin.ts';
import { runUnderstudy, startUnderstudy } from '../support/understudy.ts';

const CONFIG = {
  store: { path: './understudy.db', flushInterval: '50ms' },
  routes: [
    {
      name: 'orders',
      match: { path: '/orders/:id' },
      compare: {
        rules: [
          { path: '$.updatedAt', as: 'timestamp', within: '2s' },
          { path: '$.gone', ignore: true },
        ],
      },
    },
  ],
};

test('a mismatch that the admin API gives is explained by the command line, and the report names the rule that never had a use', async () => {
  const version = (order: unknown) =>
    startHttpOrigin((_request, response) => {
      response.setHeader('content-type', 'application/json').setHeader('content-encoding', 'gzip');
      response.end(gzipSync(JSON.stringify(order)));
    });
  const primary = await version({ updatedAt: '2026-11-22T10:00:00Z', total: '10.00' });
  const shadow = await version({ updatedAt: '2026-11-22T10:00:01Z', total: '10.0' });
  const { directory, port, adminPort, stop } = await startUnderstudy({
    ...CONFIG,
    primary: `http://127.0.0.1:${primary.port}`,
    shadow: `http://127.0.0.1:${shadow.port}`,
  });
  await (await fetch(`http://127.0.0.1:${port}/orders/1`)).text();
  await settled(adminPort, 1);
  await writeFile(join(directory, 'pair.json'), await recordedMismatch(adminPort));
  await stop();

  const { code, stdout, stderr } = await runUnderstudy(['explain', 'pair.json', '-c', 'understudy.yaml'], {
    directory,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^GET \/orders\/1\n.*route orders, .*recorded as mismatch\n/);
  expect(stdout).toContain('\n  used      {path: $.updatedAt, as: timestamp, within: 2s}  understudy.yaml:');
  expect(stdout).toContain(
    '\n  value at $.updatedAt: "2026-11-22T10:00:00Z" → "2026-11-22T10:00:01Z"; accepted by {path: $.updatedAt, as: timestamp, within: 2s}\n',
  );
  expect(stdout).toContain('\nOutcome: mismatch; 1 difference, 1 accepted\n');
  expect(stdout).toContain('\n  not used  {path: $.gone, ignore: true}  understudy.yaml:');
  expect(stdout).toContain('\n  - name: orders # the existing route\n    compare:\n      rules:\n');
  expect(stdout).toContain('\n        - {path: $.total, within: 0%}\n');

  const report = await runUnderstudy(['report', '--json', '--store', 'understudy.db'], { directory });
  expect(JSON.parse(report.stdout).rules).toEqual([
    {
      rule: '{path: $.gone, ignore: true}',
      origin: expect.stringMatching(/yaml:\d+$/),
      hits: 0,
      services: [{ service: 'default', hits: 0 }],
      state: 'never_hit',
    },
  ]);
});

/** What is recorded comes with the next flush; a bounded number of looks. */
async function recordedMismatch(adminPort: number): Promise<string> {
  const api = `http://127.0.0.1:${adminPort}/api/v1`;
  for (let attempt = 1; attempt <= 200; attempt++) {
    const { signatures } = (await (await fetch(`${api}/signatures`)).json()) as {
      signatures: readonly { id: string }[];
    };
    if (signatures[0] !== undefined) {
      const detail = (await (await fetch(`${api}/signatures/${signatures[0].id}`)).json()) as {
        examples: readonly { id: string }[];
      };
      return await (await fetch(`${api}/exchanges/${detail.examples[0]!.id}`)).text();
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('no signature was recorded');
}
