import type { StoreConfig } from '../config/types.ts';
import { ClockWatch, type WatchedClock } from '../lib/clock-watch.ts';
import type { Every } from '../lib/schedule.ts';
import type { Exposure } from '../model/experiment.ts';
import type { FindingsBatch } from '../model/finding.ts';
import type { Rehearsal } from '../model/rehearsal.ts';
import { Backlog, type Backlogged, type RouteIncrement } from './backlog.ts';
import { Idleness, type Resting } from './idleness.ts';
import type { Configured, Flush, Rehearsed, Renaming, Store, UsersFlush } from './store.ts';
import { StoreError } from './store-error.ts';

export interface RecorderOptions {
  readonly store: Store;
  /** The same store. Absent: it never rests. */
  readonly resting?: Resting | undefined;
  /** Takes the counts since the last call. Only the recorder may call it. */
  readonly collect: () => readonly RouteIncrement[];
  /** The rehearsals with these ids, and those that are recorded even without results. */
  readonly rehearsals: (ids: ReadonlySet<string>) => readonly Rehearsal[];
  readonly configured: () => Configured;
  /** Called with users who were written to an experiment for the first time. */
  readonly onExposed?: (exposures: readonly Exposure[]) => void;
  readonly config: Pick<StoreConfig, 'flushInterval' | 'retention'>;
  /** Largest size of the examples that wait to be written, in bytes. */
  readonly exampleBytes?: number;
  readonly clock: WatchedClock;
  readonly every: Every;
  readonly log: RecorderLog;
}

/** The logger methods that the recorder needs; pino has them. */
export interface RecorderLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type RecorderState = {
  /** Requests that were counted but not written yet. */
  readonly pendingRequests: number;
  /** Examples that were dropped since the start because too many waited. Counts are never dropped. */
  readonly droppedExamples: number;
  /** When that was noticed last, in milliseconds since 1970. */
  readonly droppedAt?: number;
  /** Exposures and outcomes of experiments that were dropped since the start because too many waited. */
  readonly droppedUsers: number;
} & (
  | { readonly kind: 'ok' }
  | {
      /** The store fails. Results wait in memory and are written once it works again. */
      readonly kind: 'degraded';
      /** Milliseconds since 1970. */
      readonly since: number;
      readonly error: string;
      readonly pendingMinutes: number;
      readonly pendingSignatures: number;
    }
);

const PRUNE_INTERVAL = 60_000;
/** While nothing is written, results can only become too old. */
const PRUNE_INTERVAL_AT_REST = 3_600_000;

/** Milliseconds that outcomes wait. Edge threads say once a second who was exposed. */
const HOLD = 2_500;

/**
 * Writes the counts and findings of the threads to the store, one flush per interval. A failing store never blocks
 * anything: results wait in bounded memory, and each interval tries again.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #backlog: Backlog;
  readonly #stop: () => void;
  readonly #watch: ClockWatch;
  readonly #idleness: Idleness | undefined;
  /** What the last flush said about rehearsals and configuration. */
  #context: string | undefined;
  #failure: { readonly since: number; readonly error: unknown } | undefined;
  #pruned: number;
  #running: Promise<void> = Promise.resolve();
  #writtenAt: number | undefined;
  /** The examples that were dropped by then. */
  #drops: { readonly count: number; readonly at?: number } = { count: 0 };
  /** Flushes that are running or waiting. */
  #underWay = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#backlog = new Backlog(options.config.retention.size, options.exampleBytes, HOLD);
    this.#pruned = options.clock.monotonic();
    this.#watch = new ClockWatch(options.clock);
    this.#idleness = options.resting && new Idleness(options.resting, options.clock.monotonic());
    this.#stop = options.every(options.config.flushInterval, () => {
      if (this.#underWay === 0) void this.flush();
    });
  }

  get state(): RecorderState {
    const { requests: pendingRequests, droppedExamples, users } = this.#backlog;
    const { at: droppedAt } = this.#drops;
    const dropped = { droppedExamples, ...(droppedAt !== undefined && { droppedAt }), droppedUsers: users.dropped };
    const pending = { pendingRequests, ...dropped };
    if (this.#failure === undefined) return { kind: 'ok', ...pending };
    return {
      kind: 'degraded',
      ...pending,
      since: this.#failure.since,
      error: textOf(this.#failure.error),
      pendingMinutes: this.#backlog.minutes,
      pendingSignatures: this.#backlog.signatures,
    };
  }

  /** When everything up to then was written, in milliseconds since 1970; undefined before the first time. */
  get writtenAt(): number | undefined {
    return this.#writtenAt;
  }

  /** The bytes of the examples that wait to be written. */
  get exampleBytes(): number {
    return this.#backlog.exampleBytes;
  }

  /** Takes the findings of a thread. */
  accept(batch: Rehearsed & FindingsBatch): void {
    this.#backlog.addFindings(batch);
  }

  /** How many exposures, and as many outcomes, can be taken now. */
  get roomForUsers(): number {
    return this.#backlog.users.room;
  }

  /** Takes users of experiments, and what they did. */
  acceptUsers(users: UsersFlush): void {
    this.#backlog.users.add(users);
  }

  /** Counts examples that were dropped before they reached the recorder. */
  dropped(examples: number): void {
    this.#backlog.addDropped(examples);
  }

  /** From now on all results of this route, recorded ones too, belong to another. */
  rename(renaming: Renaming): void {
    this.#backlog.addRenaming(renaming);
  }

  /** Takes the counts so far, before the rehearsal or route that they belong to changes. */
  gather(): void {
    const { collect, clock } = this.#options;
    this.#lookAtClock();
    this.#backlog.addCounts(clock.wall(), collect());
  }

  #lookForDrops(): void {
    const { droppedExamples: count } = this.#backlog;
    if (count > this.#drops.count) this.#drops = { count, at: this.#options.clock.wall() };
  }

  #lookAtClock(): void {
    const { jumped, suspended } = this.#watch.look();
    const { log } = this.#options;
    if (suspended > 0) log.warn({ milliseconds: suspended }, 'this machine was suspended');
    if (jumped === 0) return;
    this.#backlog.addClockJump(jumped);
    const way = jumped > 0 ? 'ahead' : 'back';
    log.warn(
      { milliseconds: Math.abs(jumped) },
      `the clock of this machine was set ${way}; the verdict takes note of it`,
    );
  }

  /** Writes everything up to now. Never rejects: a failure shows in `state`. */
  flush(): Promise<void> {
    this.#underWay++;
    this.#running = this.#running.then(() => this.#flush());
    return this.#running;
  }

  /** Writes the last flush. Never rejects. */
  async writeLast(): Promise<void> {
    this.#stop();
    this.#backlog.users.hurry();
    await this.flush();
    if (this.#failure === undefined) return;
    const { requests, signatures } = this.#backlog;
    const facts = { error: textOf(this.#failure.error), requests, signatures };
    this.#options.log.error(facts, 'the last results could not be recorded');
  }

  /** Closes the store, to which the last flush was written. Never rejects. */
  async close(): Promise<void> {
    const { store, clock, log } = this.#options;
    try {
      if (this.#failure === undefined) await store.finish(clock.wall());
      await store.close();
    } catch (error) {
      log.error({ error: textOf(error) }, 'the store could not be closed');
    }
  }

  async #flush(): Promise<void> {
    this.#lookForDrops();
    try {
      this.gather();
      if (!(await this.#rests())) await this.#write();
      this.#succeeded();
    } catch (error) {
      this.#failed(error);
    }
    await this.#pruneIfDue();
    this.#underWay--;
  }

  /** Whether there is nothing to write, and the store rests. */
  async #rests(): Promise<boolean> {
    if (this.#idleness === undefined) return false;
    const { rehearsals, configured, clock } = this.#options;
    const context = JSON.stringify([rehearsals(new Set()), configured()]);
    if (this.#failure === undefined && context === this.#context && this.#backlog.isEmpty) {
      if (!(await this.#idleness.goOn(clock.monotonic()))) return false;
      this.#backlog.forgetEmptyMinutes();
      return true;
    }
    this.#context = context;
    this.#idleness.end(clock.monotonic());
    return false;
  }

  async #write(): Promise<void> {
    for (let flush = this.#backlog.next(); flush !== undefined; flush = this.#backlog.next()) {
      await this.#writeOne(this.#complete(flush));
      this.#backlog.written();
    }
  }

  #complete(flush: Backlogged): Flush {
    const { rehearsals, configured } = this.#options;
    const named = new Set([...flush.counts, ...flush.findings].map(({ rehearsal }) => rehearsal));
    return { ...flush, rehearsals: rehearsals(named), configured: configured() };
  }

  /** A full store may only need pruning. */
  async #writeOne(flush: Flush): Promise<void> {
    const { store } = this.#options;
    try {
      this.#tell(await store.write(flush));
    } catch (error) {
      if (!(error instanceof StoreError && error.fault === 'full')) throw error;
      await this.#prune();
      this.#tell(await store.write(flush));
    }
  }

  #tell(exposures: readonly Exposure[]): void {
    if (exposures.length > 0) this.#options.onExposed?.(exposures);
  }

  async #pruneIfDue(): Promise<void> {
    const { clock, log } = this.#options;
    const interval = this.#idleness?.isResting ? PRUNE_INTERVAL_AT_REST : PRUNE_INTERVAL;
    if (clock.monotonic() - this.#pruned < interval) return;
    try {
      await this.#prune();
    } catch (error) {
      if (this.#failure === undefined) log.warn({ error: textOf(error) }, 'old results could not be deleted');
    }
  }

  async #prune(): Promise<void> {
    const { store, clock, config } = this.#options;
    this.#pruned = clock.monotonic();
    await store.prune(clock.wall(), config.retention);
  }

  #succeeded(): void {
    this.#writtenAt = this.#options.clock.wall();
    if (this.#failure === undefined) return;
    const { since } = this.#failure;
    this.#failure = undefined;
    this.#options.log.info(
      { since: new Date(since).toISOString(), droppedExamples: this.#backlog.droppedExamples },
      'the store works again; what waited has been recorded',
    );
  }

  #failed(error: unknown): void {
    if (this.#failure !== undefined) {
      this.#failure = { since: this.#failure.since, error };
      return;
    }
    this.#failure = { since: this.#options.clock.wall(), error };
    this.#options.log.error({ error: textOf(error) }, 'the store fails; results wait in memory until it works again');
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
