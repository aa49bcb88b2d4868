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

/** What a store is asked to do, but for closing it. */
export type Operation = Exclude<keyof Store, 'close'>;

/** A store whose every operation goes through one place, from which another store answers it. */
export abstract class DelegatingStore implements Store {
  protected abstract perform<O extends Operation>(
    operation: O,
    ...args: Parameters<Store[O]>
  ): Promise<Awaited<ReturnType<Store[O]>>>;

  abstract close(): Promise<void>;

  redactionKey(): Promise<Buffer> {
    return this.perform('redactionKey');
  }

  write(flush: Flush): Promise<void> {
    return this.perform('write', flush);
  }

  prune(now: number, retention: { readonly age: number; readonly size: number }): Promise<void> {
    return this.perform('prune', now, retention);
  }

  clear(): Promise<void> {
    return this.perform('clear');
  }

  finish(at: number): Promise<void> {
    return this.perform('finish', at);
  }

  summary(window?: TimeWindow): Promise<Summary> {
    return this.perform('summary', window);
  }

  signatures(query: SignatureQuery): Promise<readonly SignatureRow[]> {
    return this.perform('signatures', query);
  }

  signature(id: string): Promise<SignatureDetail | undefined> {
    return this.perform('signature', id);
  }

  exchange(id: string): Promise<RecordedExchange | undefined> {
    return this.perform('exchange', id);
  }

  evidence(route?: string): Promise<readonly EvidenceRow[]> {
    return this.perform('evidence', route);
  }

  rules(): Promise<readonly RuleRow[]> {
    return this.perform('rules');
  }

  redactions(): Promise<readonly RedactionRow[]> {
    return this.perform('redactions');
  }
}

/** Calls an operation by its name. */
export function performOn<O extends Operation>(
  store: Store,
  operation: O,
  args: Parameters<Store[O]>,
): ReturnType<Store[O]> {
  const method = store[operation] as (...of: Parameters<Store[O]>) => ReturnType<Store[O]>;
  return method.apply(store, args);
}
