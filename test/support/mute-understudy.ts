import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../bench/harness/ports.ts';
import { afterThisTest } from './cleanup.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { configText } from './understudy.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export interface MuteUnderstudy {
  readonly process: ChildProcess;
  readonly url: string;
  readonly adminPort: number;
  readonly directory: string;
  /** What it said on standard error so far. */
  stderr(): string;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/**
 * `understudy serve` whose standard output nobody can be expected to read, so that its ports are given.
 *
 * @param stdout a descriptor, or `pipe`
 * @param launcher a program that starts it, with its arguments: the command follows them
 */
export async function startMute(
  config: Readonly<Record<string, unknown>>,
  { stdout, launcher = [] }: { readonly stdout: number | 'pipe'; readonly launcher?: readonly string[] },
): Promise<MuteUnderstudy> {
  const directory = temporaryDirectory();
  const file = join(directory, 'understudy.yaml');
  const [port, adminPort] = [await freePort(), await freePort()];
  const addresses = { listen: `127.0.0.1:${port}`, admin: `127.0.0.1:${adminPort}` };
  writeFileSync(file, configText({ ...addresses, ...config }));
  const [program, ...args] = [...launcher, process.execPath, MAIN, 'serve', '-c', file];
  const child = spawn(program!, args, { cwd: directory, stdio: ['ignore', stdout, 'pipe'] });
  let stderr = '';
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  const exited = once(child, 'exit').then(([code, signal]) => signal ?? code);
  afterThisTest(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  await ready(adminPort, () => (child.exitCode === null ? undefined : stderr));
  return { process: child, url: `http://127.0.0.1:${port}`, adminPort, directory, stderr: () => stderr, exited };
}

async function ready(adminPort: number, ended: () => string | undefined): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`).catch(() => undefined);
    if (response?.status === 200) return;
    const last = ended();
    if (last !== undefined) throw new Error(`understudy ended: ${last}`);
    await pause(20);
  }
}
