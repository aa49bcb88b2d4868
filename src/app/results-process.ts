import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import type { Logger } from 'pino';
import { afterAwake } from '../lib/awake.ts';
import { lowerPriority } from '../lib/priority.ts';
import { UnderstudyError } from '../model/errors.ts';
import type { Ask, Question } from '../results/questions.ts';
import { errorOf, type FromResults, type ToResults } from '../threads/results-messages.ts';

/** Milliseconds, awake, that a question may take, including those before it. */
const USUAL_PATIENCE = 15_000;
/** Milliseconds without a question after which the process ends: it costs nothing while nobody looks. */
const IDLE = 60_000;
const MOST_WAITING = 64;
/** MiB. */
const HEAP = ['--max-old-space-size=256'];

interface ResultsProcessOptions {
  /** The URL of the store. */
  readonly store: string;
  readonly env: NodeJS.ProcessEnv;
  /** How many nice levels it is below this process. */
  readonly nice: number;
  readonly log: Pick<Logger, 'warn'>;
  /** Milliseconds; see above. */
  readonly patience?: number;
  readonly idle?: number;
  /** In place of the entry, for tests. */
  readonly entry?: URL;
}

/** A process that answers questions about the results. It is started by the first question, or when one is expected. */
export class ResultsProcess {
  readonly #options: ResultsProcessOptions;
  readonly #patience: number;
  readonly #idleTime: number;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #asked = 0;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ResultsProcessOptions) {
    this.#options = options;
    this.#patience = options.patience ?? USUAL_PATIENCE;
    this.#idleTime = options.idle ?? IDLE;
  }

  /** Rejects with an `UnderstudyError`: `store_unusable` also when it takes too long, or too many wait. */
  readonly ask = ((question, query) => this.#ask(question, query)) as Ask;

  /** Starts the process, so that the first question need not wait for it. */
  readonly expect = (): void => {
    if (this.#isClosed || this.#child !== undefined) return;
    this.#child = this.#start();
    this.#restLater();
  };

  #ask(question: Question, query: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(unusable('the process is stopping'));
      if (this.#waiting.size >= MOST_WAITING) return reject(unusable('too many questions wait; ask again later'));
      clearTimeout(this.#idle);
      const number = ++this.#asked;
      const cancel = afterAwake(this.#patience, () => this.#giveUp(question));
      this.#waiting.set(number, { resolve, reject, cancel });
      this.#child ??= this.#start();
      // If it can't be sent, the process is dead or dying, which is reported separately.
      this.#child.send({ number, question, query } satisfies ToResults, () => {});
    });
  }

  /** Resolves when the process has ended, so that the store can be closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  #start(): ChildProcess {
    const { store, env, nice, entry = ENTRY } = this.#options;
    const child = fork(entry, [store], {
      env,
      execArgv: [...process.execArgv, ...HEAP],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    if (child.pid !== undefined) lowerPriority(nice, child.pid);
    child.on('message', (message: FromResults) => this.#hear(message));
    child.on('error', (error) => this.#die(child, error.message));
    child.on('exit', (code, signal) => this.#die(child, signal ?? `exit code ${code}`));
    return child;
  }

  #hear(message: FromResults): void {
    const waiting = this.#waiting.get(message.number);
    if (waiting === undefined) return;
    this.#waiting.delete(message.number);
    waiting.cancel();
    if (message.say === 'done') waiting.resolve(message.value);
    else waiting.reject(errorOf(message.failure));
    if (this.#waiting.size === 0) this.#restLater();
  }

  #restLater(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#rest(), this.#idleTime).unref();
  }

  /** It ends by itself when it is left alone. */
  #rest(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.disconnect();
  }

  #giveUp(question: string): void {
    this.#options.log.warn({ question, milliseconds: this.#patience }, 'a question about the results took too long');
    this.#rejectAll(
      `the answer took longer than ${this.#patience / 1_000} s; ask about a shorter time, or check the disk`,
    );
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
  }

  #die(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#waiting.size === 0) return;
    if (!this.#isClosed) this.#options.log.warn({ how }, 'the process that reads the results died');
    this.#rejectAll(`the process that reads the results died (${how}); ask again`);
  }

  #rejectAll(why: string): void {
    for (const { reject, cancel } of this.#waiting.values()) {
      cancel();
      reject(unusable(why));
    }
    this.#waiting.clear();
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Ends the wait: it is not given up. */
  readonly cancel: () => void;
}

/** Sources and build have different file endings. */
const ENTRY = new URL(`../threads/results${extname(import.meta.url)}`, import.meta.url);

function unusable(why: string): UnderstudyError {
  return new UnderstudyError('store_unusable', `the results can't be read: ${why}`);
}
