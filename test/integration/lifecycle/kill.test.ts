import { expect, test } from 'vitest';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import { startOrigin } from '../../support/origin.ts';
import { Random } from '../../support/random.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
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

const KILLS = 3;
/** Responses until a kill, at most: some seconds of flushes. */
const LATEST = 600;

test('killed at any moment, again and again, it starts again, and has all that it ever said was recorded', {
  timeout: 60_000,
}, async () => {
  const primary = await startOrigin((_request, reply) => reply.json({ ok: true }));
  const shadow = await startOrigin((_request, reply) => reply.json({ ok: false }));
  const directory = temporaryDirectory();
  const random = new Random(7);
  let [answered, said] = [0, 0];
  for (let kill = 0; kill < KILLS; kill++) {
    const config = {
      primary: primary.url,
      shadow: shadow.url,
      store: { path: './understudy.db', flushInterval: '50ms' },
    };
    const { port, adminPort, kill: signal, exited } = await startUnderstudy(config, { directory });
    const until = answered + random.below(LATEST);
    const client = async (url: string, heard: (text: string) => void) => {
      for (;;) {
        const text = await fetch(url)
          .then((response) => response.text())
          .catch(() => undefined);
        if (text === undefined) return;
        heard(text);
      }
    };
    const asking = Array.from({ length: 3 }, () =>
      client(`http://127.0.0.1:${port}/`, () => {
        if (++answered === until) signal('SIGKILL');
      }),
    );
    const reading = client(`http://127.0.0.1:${adminPort}/api/v1/summary`, (text) => {
      said = JSON.parse(text).results.requests;
    });
    await Promise.all([...asking, reading, exited]);
    const reader = await SqliteReader.openFile(`${directory}/understudy.db`);
    const { requests, outcomes, gaps } = await reader.summary();
    await reader.close();
    expect(requests).toBeGreaterThanOrEqual(said);
    expect(requests).toBeLessThanOrEqual(answered + 3 * (kill + 1));
    expect(outcomes.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(requests);
    expect(gaps).toHaveLength(kill + 1);
  }
  expect(said).toBeGreaterThan(0);
});
