import { DelegatingStore, type Operation, performOn } from './delegating-store.ts';
import type { Store } from './store.ts';
import { StoreError, type StoreFault } from './store-error.ts';

/** After these faults, only opening it again can help. */
const FATAL_TO_HANDLE: ReadonlySet<StoreFault> = new Set(['failing', 'corrupt', 'gone', 'lost', 'closed']);

/**
 * A store that may fail for a while. While it does, reading rejects with the reason, and every write of results or rollouts tries to open it
 * again. If its handle has become useless it is closed, so that the next write opens it. If the handle is lost but
 * nothing says that the store itself fails (`lost`), it is opened at once and asked again.
 *
 * While nobody needs it, it can rest: it is closed, and opened again by the next operation.
 */
export class ReopeningStore extends DelegatingStore {
  readonly #open: Open;
  readonly #onRest: () => void;
  #state: State;
  #underWay = 0;
  /** Called when it is open again after it failed; what was written before may be lost. */
  onReturn: () => void = () => {};

  private constructor(open: Open, onRest: () => void, state: State) {
    super();
    this.#open = open;
    this.#onRest = onRest;
    this.#state = state;
  }

  /**
   * Rejects if the store can't be used until a person has done something. Starts without it if the fault may pass.
   * `onRest` is called when it was closed for a rest.
   */
  static async start(open: Open, onRest: () => void = () => {}): Promise<ReopeningStore> {
    try {
      return new ReopeningStore(open, onRest, { is: 'open', store: await open('unknown') });
    } catch (error) {
      if (error instanceof StoreError && error.passing)
        return new ReopeningStore(open, onRest, { is: 'away', reason: error, condition: 'unknown' });
      throw error;
    }
  }

  get isResting(): boolean {
    return this.#state.is === 'resting';
  }

  /** Closes it until it is needed again, unless it is in use or fails. Never rejects. */
  async rest(): Promise<void> {
    try {
      // With a last look at its files: what others did to them is found while it is open.
      await this.services();
    } catch {
      return;
    }
    if (this.#state.is !== 'open' || this.#underWay > 0) return;
    const closed = this.#state.store.close().then(this.#onRest, this.#onRest);
    this.#state = { is: 'resting', closed, reason: new StoreError('closed', 'the store rests') };
    await closed;
  }

  /** Final: the store is not opened again. */
  async close(): Promise<void> {
    const before = this.#state;
    this.#state = { is: 'ended', reason: new StoreError('closed', 'the store is closed') };
    if (before.is === 'open') await before.store.close();
    if (before.is === 'resting') await before.closed;
  }

  protected async perform<O extends Operation>(
    operation: O,
    ...args: Parameters<Store[O]>
  ): Promise<Awaited<ReturnType<Store[O]>>> {
    this.#underWay++;
    try {
      return await this.#perform(operation, args);
    } finally {
      this.#underWay--;
    }
  }

  async #perform<O extends Operation>(
    operation: O,
    args: Parameters<Store[O]>,
  ): Promise<Awaited<ReturnType<Store[O]>>> {
    if (this.#state.is === 'resting') await this.#reopen('rested');
    if (this.#state.is === 'away' && (operation === 'write' || operation === 'recordRollout'))
      await this.#reopen(this.#state.condition);
    const { store } = this.#opened();
    try {
      return await performOn(store, operation, args);
    } catch (error) {
      await this.#failed(store, error);
      if (!(error instanceof StoreError && error.fault === 'lost')) throw error;
    }
    return this.#performAgain(operation, args);
  }

  /** Every operation may be done twice: a flush is recognized by its sequence. */
  async #performAgain<O extends Operation>(
    operation: O,
    args: Parameters<Store[O]>,
  ): Promise<Awaited<ReturnType<Store[O]>>> {
    // Another call may have opened it meanwhile.
    if (this.#state.is === 'away') await this.#reopen(this.#state.condition);
    const { store } = this.#opened();
    try {
      return await performOn(store, operation, args);
    } catch (error) {
      await this.#failed(store, error);
      throw error;
    }
  }

  #opened(): Extract<State, { is: 'open' }> {
    if (this.#state.is !== 'open') throw this.#state.reason;
    return this.#state;
  }

  /** Concurrent calls share one opening. */
  async #reopen(condition: Condition): Promise<void> {
    this.#opening ??= this.#openAnew(condition).finally(() => {
      this.#opening = undefined;
    });
    await this.#opening;
  }

  #opening: Promise<void> | undefined;

  async #openAnew(condition: Condition): Promise<void> {
    try {
      if (this.#state.is === 'resting') await this.#state.closed;
      const isBack = this.#state.is === 'away';
      const store = await this.#open(condition);
      if (this.#state.is === 'ended') return await store.close();
      this.#state = { is: 'open', store };
      if (isBack) this.onReturn();
    } catch (error) {
      if (this.#state.is !== 'ended') this.#state = { is: 'away', reason: error, condition };
      throw error;
    }
  }

  async #failed(store: Store, error: unknown): Promise<void> {
    if (!(error instanceof StoreError && FATAL_TO_HANDLE.has(error.fault))) return;
    // If several calls failed together, the first has closed it.
    if (this.#state.is !== 'open' || this.#state.store !== store) return;
    this.#state = { is: 'away', reason: error, condition: error.fault === 'corrupt' ? 'damaged' : 'unknown' };
    await store.close().catch(() => {});
  }
}

/** The condition in which the store was left, as far as it is known. `rested`: it was closed in order by this run. */
export type Condition = 'unknown' | 'damaged' | 'rested';

type Open = (condition: Condition) => Promise<Store>;

type State =
  | { readonly is: 'open'; readonly store: Store }
  | { readonly is: 'resting'; readonly closed: Promise<void>; readonly reason: unknown }
  | { readonly is: 'away'; readonly reason: unknown; readonly condition: Condition }
  | { readonly is: 'ended'; readonly reason: unknown };
