import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { afterThisTest } from '../support/cleanup.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { runUnderstudy } from '../support/understudy.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

test('the demo ends with a report that has a row for each mistake of the second edition', async () => {
  const { code, stdout, stderr } = await runUnderstudy(['demo', '--duration', '4s', '--rate', '200']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('800 of 800 requests');
  expect(stdout).toMatch(/dashboard {2}http:\/\/127\.0\.0\.1:\d+\//);
  for (const mistake of [
    /plays, status 200.*\n +\$\.items\[\*] is missing/,
    /play-performances, status 200.*\n +\$ is in another order/,
    /performance, status 200.*\n +\$\.startsAt.*\n +\$\.startTime/,
    /quote, status 200.*\n +\$\.total has another value/,
    /venue, status 200.*\n +header\.cache-control/,
    /order, status 410 → 404/,
    /seats: the shadow is slower than the control: p50 \+\d+\.\d+ ms/,
  ]) {
    expect(stdout).toMatch(mistake);
  }
  expect(/^11 routes, .*$/m.exec(stdout)?.[0]).toBe(
    '11 routes, 800 requests, 353 mismatches of 6 causes, 1 route slower; 4 routes clean, nothing was compared on 1 route',
  );
  expect(stdout).toMatch(/^now-playing +(\d+) +0 +\1 +0 +0 +0 +0$/m);
});

/** They take a minute, and longer on a machine that is so busy that times say little. */
const LIMIT = 300_000;

test('the audience leaves when the verdict is known: a regression, or a pass where both editions are the same', {
  timeout: LIMIT,
}, async () => {
  const store = join(temporaryDirectory(), 'kept.db');
  const calm = ['demo', '--duration', '10m', '--rate', '150'];
  const [next, same] = await Promise.all([
    runUnderstudy([...calm, '--store', store]),
    runUnderstudy([...calm, '--same']),
  ]);
  expect([next.code, same.code]).toEqual([0, 0]);
  expect(next.stdout).toMatch(
    /^\d+ of 90000 requests; the verdict is known: regression\n\nVerdict: regression\. \w+: .*\nJudged: .*\nAlso: .*\n\n/m,
  );
  expect(next.stdout).toContain('exit code would be 1: regression');
  expect(same.stdout).toMatch(/^Verdict: pass\. plays: no mismatch in .*\nJudged: .*, 100% on routes that pass; /m);
  expect(same.stdout).toContain('exit code would be 0: pass');
  const asked = await runUnderstudy(['gate', '--store', store, '--timeout', '0s']);
  expect(asked).toMatchObject({ code: 1, stdout: expect.stringContaining('Verdict: regression.') });
});

test('Ctrl-C ends the demo early, with the report so far', async () => {
  const directory = temporaryDirectory();
  const child = spawn(process.execPath, [MAIN, 'demo', '--duration', '10m', '--rate', '100'], {
    env: { ...process.env, TMPDIR: directory },
  });
  afterThisTest(() => child.kill('SIGKILL'));
  let output = '';
  const { promise: open, resolve } = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.includes('dashboard')) resolve();
  });
  await open;
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output).toMatch(
    /^\d+ of 60000 requests\n\n(?:Verdict: .*\nJudged: .*\nAlso: .*\n\n)?(No requests were recorded\.|\d+ routes?, \d+ requests?, )/m,
  );
  expect((await readdir(directory)).filter((name) => name.startsWith('understudy'))).toEqual([]);
});

test.each([
  ['--duration', 'soon'],
  ['--duration', '0s'],
  ['--rate', '0'],
  ['--seed', '-1'],
  ['--speed', '3'],
  ['--store', ':memory:'],
  ['--store', MAIN],
])('the demo refuses %s %s, and says what is allowed', async (flag, value) => {
  const { code, stdout, stderr } = await runUnderstudy(['demo', `${flag}=${value}`]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`${flag}: `);
  expect(stderr).toContain('allowed:');
});
