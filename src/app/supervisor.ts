import type { Logger } from 'pino';
import { systemClock } from '../lib/clock.ts';
import { Gauges } from '../metrics/gauges.ts';
import { Ledger } from '../metrics/ledger.ts';
import type { Notice } from '../model/notice.ts';
import type { ThreadStatus } from '../model/thread-status.ts';
import type { CommonData, Drain, FromAny } from '../threads/messages.ts';
import { type Role, Thread, type ThreadEnd } from './thread.ts';
import { Vigil } from './vigil.ts';

/** Milliseconds before a dead thread is restarted. Doubled with every death in a row, up to the longest pause. */
const FIRST_PAUSE = 50;
export const LONGEST_PAUSE = 5_000;
/** Milliseconds. After living this long, the death of a thread no longer counts as one in a row. */
const HEALTHY_AFTER = 60_000;
/** Deaths in a row from which a thread counts as failing. */
const FAILING_AFTER = 3;

/** `idle`: no thread was needed yet. */
type SupervisorStatus = Exclude<ThreadStatus, 'failing'> | 'idle';

export interface ThreadState {
  readonly name: string;
  readonly status: ThreadStatus;
  readonly restarts: number;
  readonly lastDeath?: string;
  readonly gauges: Gauges;
}

/** The failure of a thread that dies repeatedly. */
export interface Failure {
  readonly thread: string;
  /** The reason of the latest death. */
  readonly reason: string;
  /** When the first death in a row was, on the monotonic clock, in milliseconds. */
  readonly since: number;
}

export interface SupervisorOptions<Out> {
  readonly onMessage: (message: Exclude<Out, FromAny>) => void;
  /** Called when a thread that was started with this data ended, told to or not; before it is reported as drained. */
  readonly onEnd: (data: CommonData) => void;
  /** Called when the thread ended without being told to. */
  readonly onDeath: (reason: string) => void;
  readonly onFailing: (failure: Failure) => void;
  readonly log: Logger;
}

/**
 * One role of a lane: its thread, and the successors. The counts of its threads are kept here, so that they survive. So
 * is the number of deaths, which decides how soon the next thread may start.
 */
export class Supervisor<In, Out extends { readonly type: string }> {
  readonly name: string;
  /** By slot of the rehearsals. */
  readonly ledgerMemory: SharedArrayBuffer[] = [];
  readonly gaugesMemory = Gauges.allocate();
  readonly #gauges = new Gauges(this.gaugesMemory);
  readonly #vigil = new Vigil();
  readonly #role: Role;
  readonly #options: SupervisorOptions<Out>;
  #thread: Thread<In | Drain, Out | FromAny> | undefined;
  /** Threads that were told to end, and replaced before they did. */
  readonly #hanging = new Set<object>();
  #status: SupervisorStatus = 'idle';
  #restarts = 0;
  #lastDeath: string | undefined;
  #deathsInARow = 0;
  /** The time of the first death in a row. */
  #failingSince = 0;
  #startedAt = 0;
  #drained: (() => void) | undefined;
  #messages = 0;
  /** URLs of targets that the present thread can't reach. */
  readonly unreachable = new Set<string>();
  /** By the number of a message: resolves the wait for it to take effect. */
  readonly #heeded = new Map<number, () => void>();

  constructor(role: Role, lane: number, options: SupervisorOptions<Out>) {
    this.#role = role;
    this.name = `${role}-${lane}`;
    this.#options = options;
  }

  get status(): SupervisorStatus {
    return this.#status;
  }

  /** Undefined until the first thread begins. */
  get state(): ThreadState | undefined {
    if (this.#status === 'idle') return undefined;
    const isFailing = this.#deathsInARow >= FAILING_AFTER && systemClock.monotonic() - this.#startedAt < HEALTHY_AFTER;
    return {
      name: this.name,
      status: isFailing ? 'failing' : this.#status,
      restarts: this.#restarts,
      ...(this.#lastDeath === undefined ? {} : { lastDeath: this.#lastDeath }),
      gauges: this.#gauges,
    };
  }

  /** Starts the first thread or a successor. */
  start(data: CommonData): void {
    this.#startedAt = systemClock.monotonic();
    this.#vigil.begin();
    if (this.#status === 'running') this.#hanging.add(this.#thread!);
    this.unreachable.clear();
    this.#status = 'running';
    const thread: Thread<In | Drain, Out | FromAny> = new Thread(this.#role, this.name, data, {
      onMessage: (message) => this.#onMessage(message),
      onEnd: (end) => {
        this.#options.onEnd(data);
        if (!this.#hanging.delete(thread)) this.#onEnd(end);
      },
      log: this.#options.log,
    });
    this.#thread = thread;
  }

  /** To be called once a second. Gives the thread up if it has not responded for so many calls. */
  watch(patience: number): void {
    if (this.#status !== 'running' || this.#vigil.look(this.#gauges.beats) < patience) return;
    this.#vigil.begin();
    this.#thread!.giveUp(`it did not respond for ${patience} s`);
  }

  send(message: In): void {
    this.#thread?.send(message);
  }

  /**
   * Resolves when the message has taken effect, or when the thread has ended: its successor starts with the current
   * state.
   */
  async sendAndWait(message: In): Promise<void> {
    if (this.#status !== 'running') return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const number = ++this.#messages;
    this.#heeded.set(number, resolve);
    this.send({ ...message, number });
    await promise;
  }

  addSlot(): void {
    this.ledgerMemory.push(Ledger.allocate());
  }

  get ledgers(): readonly Ledger[] {
    return this.ledgerMemory.map((memory) => new Ledger(memory));
  }

  /** Lets the thread finish its work. Resolves when it has finished or died. */
  drain(): Promise<void> {
    if (this.#status !== 'running') return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    this.#thread!.send({ type: 'drain' });
    return promise;
  }

  /** `left`: this thread or a predecessor hangs and could not be ended. */
  async terminate(): Promise<'ended' | 'left'> {
    const end = (await this.#thread?.terminate()) ?? 'ended';
    return this.#hanging.size > 0 ? 'left' : end;
  }

  /** Counts a death. Returns the milliseconds to wait before the successor is started. */
  countDeath(reason: string): number {
    const { log } = this.#options;
    log.error({ thread: this.name, reason }, 'the thread died; another takes its place');
    this.#lastDeath = reason;
    this.#status = 'restarting';
    this.#restarts++;
    const now = systemClock.monotonic();
    this.#deathsInARow = now - this.#startedAt > HEALTHY_AFTER ? 1 : this.#deathsInARow + 1;
    if (this.#deathsInARow === 1) this.#failingSince = now;
    if (this.#deathsInARow === FAILING_AFTER) {
      const facts = { thread: this.name, deaths: FAILING_AFTER, reason };
      log.error(facts, 'the thread dies again and again: its work is not done until that is fixed');
      this.#options.onFailing({ thread: this.name, reason, since: this.#failingSince });
    }
    return Math.min(FIRST_PAUSE * 2 ** (this.#deathsInARow - 1), LONGEST_PAUSE);
  }

  #onMessage(message: Out | FromAny): void {
    if (!isOfAny(message)) this.#options.onMessage(message as Exclude<Out, FromAny>);
    else if (message.type === 'notice') this.#write(message.notice);
    else if (message.type === 'drained') this.#drained?.();
    else this.#onHeeded(message.number);
  }

  #onHeeded(number: number): void {
    this.#heeded.get(number)?.();
    this.#heeded.delete(number);
  }

  #write({ level, message, facts, reach }: Notice): void {
    if (reach?.reachable === false) this.unreachable.add(reach.url);
    else if (reach !== undefined) this.unreachable.delete(reach.url);
    this.#options.log[level]({ thread: this.name, ...facts }, message);
  }

  #onEnd(end: ThreadEnd): void {
    this.#status = 'stopped';
    this.#drained?.();
    for (const number of this.#heeded.keys()) this.#onHeeded(number);
    if (end.kind === 'died') this.#options.onDeath(end.reason);
  }
}

function isOfAny(message: { readonly type: string }): message is FromAny {
  return message.type === 'notice' || message.type === 'drained' || message.type === 'heeded';
}
