import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { afterAwake } from '../../lib/awake.ts';
import { lowerPriority } from '../../lib/priority.ts';
import { DelegatingStore, type Operation } from '../delegating-store.ts';
import type { Condition } from '../reopening-store.ts';
import type { FileIdentity } from '../sqlite/file.ts';
import type { Doubtful } from '../sqlite/store.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { errorOf, type FromProcess, type Question, type StorePlace, type ToProcess } from './messages.ts';

/** Milliseconds, awake, after which a store that does not respond is given up. A hanging disk may never respond. */
const PATIENCE = 30_000;

/** The young generation in MiB. Nobody waits for this process, so it may collect more often rather than grow. */
const SMALL_NURSERY = ['--max-semi-space-size=1'];

export interface StoreProcessOptions extends StorePlace {
  readonly env: NodeJS.ProcessEnv;
  /** How many nice levels it is below this process. */
  readonly nice: number;
  /** Called with what was damaged, what was lost and what was done. */
  readonly warn: (message: string) => void;
  readonly onDoubt: (store: Doubtful) => void;
}

/**
 * A process that holds the store. It is started when a store is opened and none is running: an idle one is half of
 * what Understudy needs while nothing happens.
 */
export class StoreProcess {
  readonly #options: StoreProcessOptions;
  #child: StoreChild | 'none' | 'ended' = 'none';
  /** The file that was opened last. */
  #file: FileIdentity | undefined;

  constructor(options: StoreProcessOptions) {
    this.#options = options;
  }

  /** Rejects with a `StoreError`, like opening the store directly. */
  async open(condition: Condition): Promise<Store> {
    const { path, run, limit } = this.#options;
    const child = this.#alive();
    const before = condition === 'rested' ? this.#file : undefined;
    const file = await child.ask({ ask: 'open', place: { path, run, limit }, condition, before });
    this.#file = file as FileIdentity | undefined;
    return new RemoteStore(child);
  }

  /** Ends the process, whose store is closed, until a store is opened again. */
  rest(): void {
    if (!(this.#child instanceof StoreChild)) return;
    this.#child.end();
    this.#child = 'none';
  }

  /** Final: all open questions are rejected, and no process is started again. */
  end(): void {
    const child = this.#child;
    this.#child = 'ended';
    if (child instanceof StoreChild) child.end();
  }

  #alive(): StoreChild {
    if (this.#child === 'ended') throw new StoreError('closed', `store ${this.#options.path}: it is closed`);
    if (this.#child === 'none' || !this.#child.alive) this.#child = new StoreChild(this.#options);
    return this.#child;
  }
}

/** A store that another process holds. */
class RemoteStore extends DelegatingStore {
  readonly #child: StoreChild;

  constructor(child: StoreChild) {
    super();
    this.#child = child;
  }

  protected perform<O extends Operation>(
    operation: O,
    ...args: Parameters<Store[O]>
  ): Promise<Awaited<ReturnType<Store[O]>>> {
    return this.#child.ask({ ask: 'perform', operation, args }) as Promise<Awaited<ReturnType<Store[O]>>>;
  }

  async close(): Promise<void> {
    if (this.#child.alive) await this.#child.ask({ ask: 'close' });
  }
}

/** One life of the process. */
class StoreChild {
  readonly #options: StoreProcessOptions;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #state: 'alive' | 'ending' | 'dead' = 'alive';
  /** Its last output, which says why it died. */
  #lastWords = '';

  constructor(options: StoreProcessOptions) {
    this.#options = options;
    this.#process = begin(options);
    if (this.#process.pid !== undefined) lowerPriority(options.nice, this.#process.pid);
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-1_000);
    });
    this.#process.on('message', (message: FromProcess) => this.#hear(message));
    this.#process.on('error', (error) => this.#die(error.message));
    this.#process.on('exit', (code, signal) => this.#die(signal ?? `exit code ${code}`));
  }

  get alive(): boolean {
    return this.#state === 'alive';
  }

  ask(question: Question): Promise<unknown> {
    if (this.#state !== 'alive') return Promise.reject(this.#lost('it has ended'));
    const number = ++this.#asked;
    return new Promise((resolve, reject) => {
      const cancel = afterAwake(PATIENCE, () => this.#giveUp());
      this.#waiting.set(number, { resolve, reject, cancel });
      // If it can't be sent, the process is dead or dying, which is reported separately.
      this.#process.send({ ...question, number } satisfies ToProcess, () => {});
    });
  }

  end(): void {
    this.#state = 'ending';
    this.#process.kill('SIGKILL');
  }

  #hear(message: FromProcess): void {
    switch (message.say) {
      case 'done':
        this.#complete(message.number, ({ resolve }) => resolve(message.value));
        break;
      case 'failed':
        this.#complete(message.number, ({ reject }) => reject(errorOf(message.failure)));
        break;
      case 'warn':
        this.#options.warn(message.message);
        break;
      case 'doubt':
        this.#options.onDoubt({
          sound: async () => void (await this.ask({ ask: 'sound' })),
          condemn: async (reason) => void (await this.ask({ ask: 'condemn', reason })),
        });
        break;
    }
  }

  #complete(number: number, act: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    waiting.cancel();
    act(waiting);
  }

  #giveUp(): void {
    const error = new StoreError('failing', `${this.#name} did not respond for ${PATIENCE / 1_000} s; check the disk`);
    this.#rejectAll(error);
    this.end();
  }

  #die(how: string): void {
    if (this.#state === 'alive') this.#options.warn(`${this.#name} ${this.#obituary(how)}`);
    this.#state = 'dead';
    this.#rejectAll(this.#lost(`its process died (${how})`));
  }

  #obituary(how: string): string {
    if (how === 'SIGBUS') {
      return 'its -shm file was cut short while it was in use, which ended the process that held it; nothing is lost, and it is opened again';
    }
    const words = this.#lastWords.trim();
    return `the process that held it died (${how}); nothing is lost, and it is opened again${words && `; it wrote: ${words}`}`;
  }

  #rejectAll(error: Error): void {
    for (const number of [...this.#waiting.keys()]) this.#complete(number, ({ reject }) => reject(error));
  }

  #lost(why: string): StoreError {
    return new StoreError('lost', `${this.#name} ${why}; it is opened again`);
  }

  get #name(): string {
    return `store ${this.#options.path}:`;
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Ends the wait: it is not given up. */
  readonly cancel: () => void;
}

function begin({ path, env }: StoreProcessOptions): ChildProcess {
  // Sources and build have different file endings.
  const entry = new URL(`./entry${extname(import.meta.url)}`, import.meta.url);
  try {
    return fork(entry, {
      env,
      execArgv: [...process.execArgv, ...SMALL_NURSERY],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  } catch (error) {
    throw new StoreError('failing', `store ${path}: its process could not be started: ${error}`, { cause: error });
  }
}
