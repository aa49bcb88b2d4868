/** The messages between main and the process that holds the store. All can be structured-cloned. */
import type { Operation } from '../delegating-store.ts';
import type { Condition } from '../reopening-store.ts';
import type { FileIdentity } from '../sqlite/file.ts';
import type { Run, Store } from '../store.ts';
import { StoreError, type StoreFault } from '../store-error.ts';

/** Where the store is, and which run opens it. */
export interface StorePlace {
  /** A file; `:memory:` keeps nothing. */
  readonly path: string;
  readonly run: Run;
  /** The largest size of the file in bytes. */
  readonly limit: number;
}

export type Question =
  /** Its answer is the file that was opened. */
  | {
      readonly ask: 'open';
      readonly place: StorePlace;
      readonly condition: Condition;
      readonly before: FileIdentity | undefined;
    }
  | { readonly ask: 'perform'; readonly operation: Operation; readonly args: Parameters<Store[Operation]> }
  | { readonly ask: 'sound' }
  | { readonly ask: 'condemn'; readonly reason: string }
  | { readonly ask: 'close' };

/** Questions are numbered, and each gets one answer. */
export type ToProcess = Question & { readonly number: number };

export type FromProcess =
  | { readonly say: 'done'; readonly number: number; readonly value: unknown }
  | { readonly say: 'failed'; readonly number: number; readonly failure: Failure }
  /** Damage was found, and repaired as far as possible. */
  | { readonly say: 'warn'; readonly message: string }
  /** The pages should be checked. */
  | { readonly say: 'doubt' };

/** An error as a message, with everything that its handlers look at. `bug`: not a fault of the medium. */
export type Failure =
  | { readonly kind: StoreFault; readonly message: string }
  | { readonly kind: 'bug'; readonly message: string };

export function failureOf(error: unknown): Failure {
  if (error instanceof StoreError) return { kind: error.fault, message: error.message };
  return { kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function errorOf({ kind, message }: Failure): Error {
  return kind === 'bug' ? new Error(message) : new StoreError(kind, message);
}
