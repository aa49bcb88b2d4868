import { expect, test } from 'vitest';
import { metrics } from '../../support/metrics.ts';
import { run } from '../../support/programs.ts';
import { startNginx } from './nginx.ts';
import { startStage } from './stage.ts';

const SERVICE =
  'server { listen 127.0.0.1:PORT; location / { default_type application/json; return 200 \'{"hello":"world"}\'; } }';
const start = () => startNginx(`keepalive_requests 1000000;\n${SERVICE}`);

/** A line of ab's report, less what it measured. */
const line = (report: string, name: string) => new RegExp(`^${name}:.*$`, 'm').exec(report)?.[0] ?? '';

test.each([
  ['closing connections', []],
  ['keeping connections', ['-k']],
  ['keeping connections, by HEAD', ['-k', '-i']],
])('ab, which speaks HTTP/1.0, finds all its answers, %s', async (_how, options) => {
  const stage = await startStage(start);
  const ask = async (port: number) => {
    const { stdout } = await run('ab', ['-q', '-n', '500', '-c', '8', ...options, `http://127.0.0.1:${port}/`]);
    const report = stdout.toString();
    return ['Complete requests', 'Failed requests', 'Non-2xx responses', 'Keep-Alive requests', 'HTML transferred'].map(
      (name) => line(report, name),
    );
  };
  const expected = await ask(stage.direct.port);
  expect(expected).toEqual(expect.arrayContaining([expect.stringMatching(/^Failed requests: +0$/), '']));
  expect(await ask(stage.through.port)).toEqual(expected);
  expect((await stage.outcomes(500)).outcomes('match')).toBe(500);
});

test('wrk finds nothing but good answers, and each of its requests ends in one outcome', async () => {
  const stage = await startStage(start);
  const { stdout } = await run('wrk', ['-t1', '-c16', '-d2s', `http://127.0.0.1:${stage.through.port}/`]);
  const report = stdout.toString();
  expect(report).not.toMatch(/Socket errors|Non-2xx/);
  const answered = Number(/(\d+) requests in/.exec(report)?.[1]);
  expect(answered).toBeGreaterThan(0);
  // At its end it leaves in the middle of a request on each connection.
  await expect
    .poll(
      async () => {
        const now = await metrics(stage.through.adminPort);
        return now.outcomes() === now.requests && now.requests >= answered;
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  const counted = await metrics(stage.through.adminPort);
  expect(counted.requests - answered).toBeLessThanOrEqual(16);
  expect(counted.outcomes('mismatch') + counted.outcomes('primary_failed')).toBe(0);
});
