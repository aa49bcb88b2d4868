/** Programs of the system that speak HTTP of their own: peers that know nothing of this project. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../bench/harness/ports.ts';
import { afterThisTest } from './cleanup.ts';

/** By the Debian package that brings them; .ci/run installs these where they are missing. */
const PACKAGES = {
  ab: 'apache2-utils',
  curl: 'curl',
  haproxy: 'haproxy',
  nginx: 'nginx',
  promtool: 'prometheus',
  python3: 'python3',
  wrk: 'wrk',
};

export type Program = keyof typeof PACKAGES;

export interface Ended {
  readonly code: number | NodeJS.Signals;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end, with this as its input. */
export async function run(name: Program, args: readonly string[], input: string | Uint8Array = ''): Promise<Ended> {
  const child = spawn(find(name), args);
  afterThisTest(() => child.kill('SIGKILL'));
  // A program that ends early leaves the rest of its input unread.
  child.stdin.on('error', () => {}).end(input);
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  const [code, signal] = await closed;
  return { code: signal ?? code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

export interface Running {
  readonly child: ChildProcess;
  /** On stdout and stderr, so far. */
  said(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** A program that runs until the test ends, unless it ends by itself. */
export function begin(name: Program, args: readonly string[]): Running {
  const child = spawn(find(name), args);
  const ended = once(child, 'close').then(([code, signal]) => signal ?? code);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  // SIGTERM, so that nginx takes its workers with it.
  afterThisTest(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return { child, said: () => said, ended };
}

/**
 * Begins a server that can't choose a port itself: with one that is free now, and with another one if it is taken in
 * between. Resolves with the port when it listens on 127.0.0.1.
 */
export async function beginServer(name: Program, argsFor: (port: number) => readonly string[]): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const { child, said } = begin(name, argsFor(port));
    while (child.exitCode === null && child.signalCode === null) {
      if (await accepts(port)) return port;
      await pause(20);
    }
    if (attempt === 3 || !/in use|cannot bind/i.test(said())) throw new Error(`${name} ended: ${said()}`);
  }
}

/** For a test that is of use where the program is there, and no loss where it is not. */
export function isInstalled(name: Program): boolean {
  return pathOf(name) !== undefined;
}

/** The program's path, looked for where Debian keeps servers too. */
function pathOf(name: Program): string | undefined {
  const { PATH = '' } = process.env;
  return [...PATH.split(delimiter), '/usr/sbin'].map((folder) => join(folder, name)).find(isExecutable);
}

function find(name: Program): string {
  const path = pathOf(name);
  if (path === undefined)
    throw new Error(`${name} is missing, which this test needs: apt-get install ${PACKAGES[name]}`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
