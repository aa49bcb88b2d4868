import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import type { RolloutChange } from '../../model/rollout.ts';
import type { Store } from '../../record/store.ts';

/** Milliseconds that a rollback waits for the store. Then it acts, and is written as soon as that is possible. */
const PATIENCE = 50;

/** Milliseconds between two looks at whether the store still has what was written. */
const CHECKED_EVERY = 10_000;

/** A change before it has its place in the history. */
export type NewChange = Pick<RolloutChange, 'action' | 'by' | 'reason' | 'candidate' | 'state'>;

export type Written =
  | { readonly is: 'written'; readonly change: RolloutChange }
  /** Nothing of it came to the store. */
  | { readonly is: 'unsent'; readonly why: string }
  /** Nobody knows how far it came: a store that hangs may have it all the same. */
  | { readonly is: 'doubtful'; readonly why: string };

export interface HistoryOptions {
  readonly service: string;
  readonly store: Pick<Store, 'rollouts' | 'recordRollout'> & {
    /** It is looked at by itself only while it does not rest. */
    readonly isResting: boolean;
  };
  readonly clock: Pick<Clock, 'wall' | 'monotonic'>;
  readonly log: Logger;
}

/** The changes of one service's rollout, and their way to the store. */
export class RolloutHistory {
  readonly #options: HistoryOptions;
  /** Changes that have taken effect but are not written yet, in order. */
  readonly #waiting: RolloutChange[] = [];
  #writing: Promise<void> | undefined;
  #revision = 0;
  /** The last change that was written. */
  #written: RolloutChange | undefined;
  #checkedAt = -Infinity;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** How many changes have taken effect and would be lost now. */
  get unwritten(): number {
    return this.#waiting.length;
  }

  /** The last change, by this process or an earlier one. Rejects while the store can't be read. */
  async restore(): Promise<RolloutChange | undefined> {
    const { store, service } = this.#options;
    const [last] = await store.rollouts(1, service);
    this.#revision = last?.revision ?? 0;
    this.#written = last;
    return last;
  }

  make(change: NewChange): RolloutChange {
    const { service, clock } = this.#options;
    return { service, revision: ++this.#revision, at: clock.wall(), ...change };
  }

  /**
   * For a change that must not take effect unless it is written. It gets its place only once it is sent: so it comes
   * after what waited, is not sent if something happened meanwhile, and a store that fails for long uses up no numbers.
   */
  async write(made: NewChange): Promise<Written> {
    const before = this.#revision;
    try {
      await this.#flush();
    } catch (error) {
      return { is: 'unsent', why: (error as Error).message };
    }
    if (this.#revision !== before) return { is: 'unsent', why: 'something else happened meanwhile' };
    const change = this.make(made);
    try {
      await this.#record(change);
      return { is: 'written', change };
    } catch (error) {
      return { is: 'doubtful', why: (error as Error).message };
    }
  }

  /**
   * For a change that takes effect in any case. Resolves when it is written, or when that takes too long: then it is
   * written later.
   */
  async writeSoon(change: RolloutChange): Promise<void> {
    this.#waiting.push(change);
    const written = this.#flush().then(
      () => true,
      () => false,
    );
    if (await Promise.race([written, delay(PATIENCE, false, { ref: false })])) return;
    this.#options.log.warn(
      { service: change.service, action: change.action },
      'the store does not take a change of the rollout: it takes effect, and is written as soon as the store takes it; a crash before that would forget it',
    );
  }

  /** Must be called regularly: writes what still waits, and what the store has lost. Never rejects. */
  async retry(): Promise<void> {
    await this.#check().catch(() => {});
    if (this.#waiting.length > 0) await this.#flush().catch(() => {});
  }

  /** A store that was deleted or replaced must not forget a rollback. */
  async #check(): Promise<void> {
    const { store, service, clock, log } = this.#options;
    const written = this.#written;
    if (written === undefined || store.isResting || clock.monotonic() - this.#checkedAt < CHECKED_EVERY) return;
    this.#checkedAt = clock.monotonic();
    const [stored] = await store.rollouts(1, service);
    if ((stored?.revision ?? 0) >= written.revision || this.#written !== written || this.#waiting.length > 0) return;
    log.warn({ service }, 'the store has lost the last change of the rollout, which is written again');
    this.#waiting.push(written);
  }

  #flush(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      await this.#record(next);
      this.#waiting.shift();
    }
  }

  /** A step that hung may be written after what happened since. */
  async #record(change: RolloutChange): Promise<void> {
    await this.#options.store.recordRollout(change);
    if (change.revision > (this.#written?.revision ?? 0)) this.#written = change;
  }
}
