/**
 * Everything the benchmark starts is started here, pinned to a core and in a process group of its own, so that it can
 * be ended whole (nginx's workers outlive a killed master otherwise).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Of util-linux; it execs the command, so that the pid is the command's own. */
export const PIN = 'taskset';

const running = new Set<ChildProcess>();

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Those that it may use; where this is absent, the benchmark's own. */
  readonly cores?: readonly number[];
  /** File that takes the process's output; it is quoted when the process fails. */
  readonly log: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly log: string;
}

export function launch({ command, args, cores, log }: Launch): Started {
  const output = openSync(log, 'a');
  const pinned = cores === undefined ? [] : [PIN, '-c', cores.join(',')];
  const [program, ...rest] = [...pinned, command, ...args];
  const child = spawn(program!, rest, {
    detached: true,
    stdio: ['ignore', output, output],
  });
  track(child);
  if (child.pid === undefined) throw new Error(`${command} could not be started`);
  return { child, pid: child.pid, log };
}

/** Moves this process, with all its threads, to a core. */
export function pinSelf(core: number): void {
  execFileSync(PIN, ['-a', '-c', '-p', String(core), String(process.pid)], { stdio: 'ignore' });
}

/** Runs a command to its end on this process's core and gives what it wrote to stdout. Killed, and rejected, after `limit` ms. */
export async function capture(command: string, args: readonly string[], limit: number): Promise<string> {
  const child = spawn(command, args, { detached: true });
  track(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => signal(child, 'SIGKILL'), limit);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  }).finally(() => clearTimeout(timer));
  if (code !== 0) throw new Error(`${command} ended with ${code ?? `no answer within ${limit} ms`}: ${stderr.trim()}`);
  return stdout;
}

/** Resolves when the process accepts connections on the port of 127.0.0.1. */
export async function untilListening(started: Started, port: number, limit = 10_000): Promise<void> {
  const deadline = performance.now() + limit;
  while (performance.now() < deadline) {
    if (!alive(started.child)) throw new Error(`ended before it listened:\n${tail(started.log)}`);
    if (await accepts(port)) return;
    await delay(20);
  }
  throw new Error(`did not listen on port ${port} within ${limit} ms:\n${tail(started.log)}`);
}

/**
 * Resolves when the process answers a request on the port of 127.0.0.1 with 200: some listen before they know their
 * targets. Over TLS it resolves when the process listens.
 */
export async function untilAnswering(
  started: Started,
  port: number,
  entrance: 'plain' | 'TLS' = 'plain',
): Promise<void> {
  const limit = 10_000;
  await untilListening(started, port, limit);
  if (entrance === 'TLS') return;
  const deadline = performance.now() + limit;
  let said: unknown;
  while (performance.now() < deadline) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) });
      await response.body?.cancel();
      if (response.status === 200) return;
      said = `status ${response.status}`;
    } catch (error) {
      said = error;
    }
    await delay(20);
  }
  throw new Error(`did not answer within ${limit} ms (${said}):\n${tail(started.log)}`);
}

/** Asks the process to end, and ends its whole group when it has not after three seconds. */
export async function stop({ child }: Started): Promise<void> {
  if (alive(child)) {
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGTERM');
    await Promise.race([ended, delay(3_000, undefined, { ref: false })]);
  }
  signal(child, 'SIGKILL');
}

/** Ends everything at once; for the benchmark's own end, however it comes. */
export function killAll(): void {
  for (const child of running) signal(child, 'SIGKILL');
}

/** The program's path, looked for where Debian keeps daemons too. */
export function findProgram(name: string): string | undefined {
  const { PATH = '' } = process.env;
  const folders = [...PATH.split(delimiter), '/usr/local/sbin', '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find(executable);
}

export function tail(log: string): string {
  return readFileSync(log, 'utf8').trim().split('\n').slice(-6).join('\n');
}

function track(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child)).once('error', () => running.delete(child));
}

function alive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group has ended already.
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
