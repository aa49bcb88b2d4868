import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { afterThisTest } from '../support/cleanup.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { runUnderstudy } from '../support/understudy.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** Problems so many that a pipe does not hold them. */
function faultyFile(): string {
  const file = join(temporaryDirectory(), 'faulty.yaml');
  const rules = Array.from({ length: 2_000 }, (_, number) => `  - {path: $.a${number}, ignroe: true}`);
  writeFileSync(file, `compare:\n  rules:\n${rules.join('\n')}\n`);
  return file;
}

test.each([['check config/quick-start.yaml'], ['report --help'], ['--help'], ['--version']])(
  '%s to a full disk says so in a line and fails',
  async (command) => {
    const full = openSync('/dev/full', 'w');
    afterThisTest(() => closeSync(full));
    const child = spawn(process.execPath, [MAIN, ...command.split(' ')], { stdio: ['ignore', full, 'pipe'] });
    const [stderr, [code]] = await Promise.all([child.stderr!.toArray(), once(child, 'close')]);
    expect(Buffer.concat(stderr).toString()).toContain('the output could not be written: the disk is full\n');
    expect(Buffer.concat(stderr).toString()).not.toContain('    at ');
    expect(code).toBe(74);
  },
);

test('a command whose reader has gone says so in a line and fails', async () => {
  const child = spawn(process.execPath, [MAIN, 'report', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'close')]);
  expect(Buffer.concat(stderr).toString()).toBe('the output could not be written: nobody reads it\n');
  expect(code).toBe(74);
});

test('what is longer than a pipe holds reaches a slow reader whole', async () => {
  const { code, stderr } = await runUnderstudy(['check', faultyFile()]);
  expect(code).toBe(2);
  expect(stderr.split('\n').length).toBeGreaterThan(2_000);
  expect(stderr.endsWith('\n')).toBe(true);
});

test('standard error that can not be written does not change what a command says by its exit code', async () => {
  const full = openSync('/dev/full', 'w');
  afterThisTest(() => closeSync(full));
  const child = spawn(process.execPath, [MAIN, 'check', faultyFile()], { stdio: ['ignore', 'ignore', full] });
  const [code] = await once(child, 'close');
  expect(code).toBe(2);
});
