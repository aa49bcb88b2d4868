/** The processes of a rehearsal: all are ended with it, however it ends. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../harness/ports.ts';
import { tail } from '../harness/processes.ts';
import type { Command, Edition } from './service.ts';

/** Milliseconds that a service may take until it responds. */
const START_LIMIT = 60_000;
const EXIT_LIMIT = 10_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Running {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts a version on a free port, and waits until it responds. */
export async function startEdition(edition: Edition, installed: string, folder: string): Promise<Running> {
  const port = await freePort();
  const log = join(folder, 'output.log');
  const child = begin(await edition.start({ installed, folder, port }), folder, log);
  const origin = `http://127.0.0.1:${port}`;
  await untilResponding(child, origin, log);
  return { origin, stop: () => end(child) };
}

/** Starts a command whose output goes to a file. */
export function begin({ command, args, env }: Command, cwd: string, log: string): ChildProcess {
  const output = openSync(log, 'a');
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', output, output] });
  closeSync(output);
  running.add(child);
  child.once('close', () => running.delete(child)).once('error', () => running.delete(child));
  return child;
}

/** Asks it to end; what has not ended in time is killed. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), EXIT_LIMIT);
  await ended;
  clearTimeout(killing);
}

async function untilResponding(child: ChildProcess, origin: string, log: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended at once:\n${tail(log)}`);
    const response = await fetch(origin).catch(() => undefined);
    await response?.body?.cancel();
    if (response !== undefined) return;
    await delay(50);
  }
  throw new Error(`no response within ${START_LIMIT} ms:\n${tail(log)}`);
}

/** Runs a command to its end. Rejects, with what it said, where it fails. */
export async function complete({ command, args, env }: Command, cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
