import type { RecordedExchange, SignatureRow } from '../model/finding.ts';
import type {
  EvidenceRow,
  RedactionRow,
  RuleRow,
  SignatureDetail,
  SignatureQuery,
  Summary,
  TimeWindow,
} from '../model/store-reader.ts';
import type { Flush, Store } from './store.ts';
import { StoreError, type StoreFault } from './store-error.ts';

/** After these, only opening anew can help. */
const FATAL_TO_HANDLE: ReadonlySet<StoreFault> = new Set(['failing', 'corrupt', 'gone', 'closed']);

/**
 * A store that may be away for a while. While it is, reading rejects with the reason, and every write tries to open it
 * again; a store whose handle is of no more use is closed, so that the next write opens it anew.
 */
export class ReopeningStore implements Store {
  readonly #open: Open;
  #state: State;

  private constructor(open: Open, state: State) {
    this.#open = open;
    this.#state = state;
  }

  /** Rejects where the store can't be used until a person has done something; begins without it where that may pass. */
  static async start(open: Open): Promise<ReopeningStore> {
    try {
      return new ReopeningStore(open, { is: 'open', store: await open('unknown') });
    } catch (error) {
      if (error instanceof StoreError && error.passing)
        return new ReopeningStore(open, { is: 'away', reason: error, condition: 'unknown' });
      throw error;
    }
  }

  redactionKey(): Promise<Buffer> {
    return this.#use((store) => store.redactionKey());
  }

  async write(flush: Flush): Promise<void> {
    if (this.#state.is === 'away') await this.#reopen(this.#state.condition);
    return this.#use((store) => store.write(flush));
  }

  prune(now: number, retention: { readonly age: number; readonly size: number }): Promise<void> {
    return this.#use((store) => store.prune(now, retention));
  }

  clear(): Promise<void> {
    return this.#use((store) => store.clear());
  }

  finish(at: number): Promise<void> {
    return this.#use((store) => store.finish(at));
  }

  summary(window?: TimeWindow): Promise<Summary> {
    return this.#use((store) => store.summary(window));
  }

  signatures(query: SignatureQuery): Promise<readonly SignatureRow[]> {
    return this.#use((store) => store.signatures(query));
  }

  signature(id: string): Promise<SignatureDetail | undefined> {
    return this.#use((store) => store.signature(id));
  }

  exchange(id: string): Promise<RecordedExchange | undefined> {
    return this.#use((store) => store.exchange(id));
  }

  evidence(route?: string): Promise<readonly EvidenceRow[]> {
    return this.#use((store) => store.evidence(route));
  }

  redactions(): Promise<readonly RedactionRow[]> {
    return this.#use((store) => store.redactions());
  }

  rules(): Promise<readonly RuleRow[]> {
    return this.#use((store) => store.rules());
  }

  /** For good: nothing is opened after it. */
  async close(): Promise<void> {
    const before = this.#state;
    this.#state = { is: 'ended', reason: new StoreError('closed', 'the store is closed') };
    if (before.is === 'open') await before.store.close();
  }

  async #reopen(condition: Condition): Promise<void> {
    try {
      this.#state = { is: 'open', store: await this.#open(condition) };
    } catch (error) {
      this.#state = { is: 'away', reason: error, condition };
      throw error;
    }
  }

  async #use<T>(act: (store: Store) => Promise<T>): Promise<T> {
    if (this.#state.is !== 'open') throw this.#state.reason;
    const { store } = this.#state;
    try {
      return await act(store);
    } catch (error) {
      if (error instanceof StoreError && FATAL_TO_HANDLE.has(error.fault)) {
        this.#state = { is: 'away', reason: error, condition: error.fault === 'corrupt' ? 'damaged' : 'unknown' };
        await store.close().catch(() => {});
      }
      throw error;
    }
  }
}

/** In which the store was left, as far as it is known. */
type Condition = 'unknown' | 'damaged';

type Open = (condition: Condition) => Promise<Store>;

type State =
  | { readonly is: 'open'; readonly store: Store }
  | { readonly is: 'away'; readonly reason: unknown; readonly condition: Condition }
  | { readonly is: 'ended'; readonly reason: unknown };
