import { expect, test } from 'vitest';
import { startOrigin } from '../../support/origin.ts';
import { runUnderstudy, startUnderstudy } from '../../support/understudy.ts';

test('a proxy that is killed under load leaves a gap, which the report and the API name from the next start on', async () => {
  const primary = await startOrigin((_request, reply) => reply.json({ ok: true }));
  const shadow = await startOrigin((_request, reply) => reply.json({ ok: false }));
  const config = { primary: primary.url, shadow: shadow.url };
  const first = await startUnderstudy(config);
  const summaryOf = async (adminPort: number) => {
    const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/summary`);
    return ((await response.json()) as { results: { requests: number; gaps: readonly object[] } }).results;
  };
  const recorded = async (adminPort: number) => (await summaryOf(adminPort)).requests;
  let answered = 0;
  const client = async () => {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${first.port}/`).catch(() => undefined);
      if (answer === undefined) return;
      await answer.text();
      answered++;
    }
  };
  const clients = Promise.all([client(), client(), client()]);
  await expect.poll(() => recorded(first.adminPort), { timeout: 10_000 }).toBeGreaterThan(0);
  first.kill('SIGKILL');
  await clients;

  const { directory, store } = first;
  const second = await startUnderstudy(config, { directory });
  const kept = await recorded(second.adminPort);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThanOrEqual(answered + 3);
  expect((await summaryOf(second.adminPort)).gaps).toHaveLength(1);
  const { stdout } = await runUnderstudy(['report', '--store', store]);
  expect(stdout).toContain('Results may be missing: see the gap.');
  expect(stdout).toMatch(/\nGaps\n\S+ \S+Z to \S+ \S+Z: the process ended without writing its last results\n/);
});
