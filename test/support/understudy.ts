import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { afterThisTest } from './cleanup.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export interface Understudy extends Launched {
  /** 0 where it listens on a Unix socket. */
  readonly port: number;
  readonly adminPort: number;
}

/** A process that may not listen yet. */
export interface Launched {
  readonly directory: string;
  /** The configuration file. */
  readonly file: string;
  readonly store: string;
  readonly process: ChildProcess;
  /** Log lines so far, parsed; a line that is not JSON is `{ raw }`. */
  logs(): readonly LogLine[];
  /** The first log line, past or to come, that satisfies the condition; rejects when the process ends without one. */
  logged(condition: (line: LogLine) => boolean): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<number | NodeJS.Signals>;
}

export interface LogLine {
  readonly msg?: string;
  readonly address?: string;
  readonly [key: string]: unknown;
}

export interface StartOptions {
  /** Where to run; a new directory that vanishes after the test unless given. */
  readonly directory?: string;
  /** In that directory: a configuration that is there already, in place of the one that is given. */
  readonly file?: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** How many files and sockets it may have open (`ulimit -n`); as many as the tests unless given. */
  readonly descriptors?: number;
  /** A command that runs the one behind it. */
  readonly wrapper?: readonly string[];
}

/**
 * `understudy serve` in a process of its own. An object is completed with ephemeral ports, a store in the directory
 * and JSON logs; a text is the file as it is.
 */
export async function startUnderstudy(
  config: string | Readonly<Record<string, unknown>>,
  options: StartOptions = {},
): Promise<Understudy> {
  const understudy = await launchUnderstudy(config, options);
  const [proxy, admin] = await Promise.all([
    understudy.logged(({ msg }) => msg === 'listening'),
    understudy.logged(({ msg }) => msg === 'admin listening'),
  ]);
  return { ...understudy, port: portOf(proxy), adminPort: portOf(admin) };
}

/** The same, without waiting until it listens. */
export async function launchUnderstudy(
  config: string | Readonly<Record<string, unknown>>,
  { directory, file: existing, args = [], env = {}, descriptors, wrapper = [] }: StartOptions = {},
): Promise<Launched> {
  const cwd = directory ?? temporaryDirectory();
  const file = join(cwd, existing ?? 'understudy.yaml');
  if (existing === undefined) await writeFile(file, configText(config));
  const command = [process.execPath, MAIN, 'serve', '-c', file, ...args];
  const limited = descriptors === undefined ? [] : ['sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh'];
  const [program, ...rest] = [...wrapper, ...limited, ...command];
  const child = spawn(program!, rest, { cwd, env: { ...process.env, ...UNPAUSED, ...env } });
  const exited = exitOf(child);
  const log = new Log(child, exited);
  const understudy = {
    directory: cwd,
    file,
    store: join(cwd, 'understudy.db'),
    process: child,
    logs: () => log.lines,
    logged: (condition: (line: LogLine) => boolean) => log.first(condition),
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    exited,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
  afterThisTest(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return understudy;
}

/** As the file of a process under test: an object is completed like that of `startUnderstudy`. */
export function configText(config: string | Readonly<Record<string, unknown>>): string {
  return typeof config === 'string' ? config : stringify({ ...EPHEMERAL, ...config });
}

export interface Finished {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** Any command of the CLI, run to its end. */
export async function runUnderstudy(
  args: readonly string[],
  { directory, env = {} }: Omit<StartOptions, 'args'> = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: directory, env: { ...process.env, ...env } });
  afterThisTest(() => child.kill('SIGKILL'));
  child.stdin.end();
  const exited = exitOf(child);
  const [stdout, stderr] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  return { code: await exited, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** Many tests at once make a machine late. What they expect is that copies are made all the same. */
const UNPAUSED = { UNDERSTUDY_MIRROR_PAUSE_WHEN_EVENT_LOOP_LAG: 'none' };

const EPHEMERAL = {
  listen: '127.0.0.1:0',
  admin: '127.0.0.1:0',
  store: './understudy.db',
  log: { format: 'json' },
  shutdown: { grace: '0s' },
};

class Log {
  readonly lines: LogLine[] = [];
  readonly #exited: Promise<number | NodeJS.Signals>;
  readonly #waiting: { condition: (line: LogLine) => boolean; resolve: (line: LogLine) => void }[] = [];

  constructor(child: ChildProcess, exited: Promise<number | NodeJS.Signals>) {
    this.#exited = exited;
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (text) => this.#add(parseLine(text)));
    }
  }

  first(condition: (line: LogLine) => boolean): Promise<LogLine> {
    const found = this.lines.find(condition);
    if (found !== undefined) return Promise.resolve(found);
    const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
    this.#waiting.push({ condition, resolve });
    void this.#exited.then((code) =>
      reject(
        new Error(`understudy ended (${code}) first:\n${this.lines.map((line) => JSON.stringify(line)).join('\n')}`),
      ),
    );
    return promise;
  }

  #add(line: LogLine): void {
    this.lines.push(line);
    for (const { condition, resolve } of this.#waiting) if (condition(line)) resolve(line);
  }
}

function parseLine(text: string): LogLine {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : { raw: text };
  } catch {
    return { raw: text };
  }
}

async function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = await once(child, 'close');
  return signal ?? code;
}

function portOf(line: LogLine): number {
  if (line.address?.startsWith('unix:')) return 0;
  const port = Number(/:(\d+)$/.exec(line.address ?? '')?.[1]);
  if (Number.isNaN(port)) throw new Error(`no address in ${JSON.stringify(line)}`);
  return port;
}
