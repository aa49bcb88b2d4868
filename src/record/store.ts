import type { ConfiguredRule, FindingsBatch } from '../model/finding.ts';
import type { Rehearsal } from '../model/rehearsal.ts';
import type { StoreReader } from '../model/store-reader.ts';
import type { Marking } from '../model/triage.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import type { Increment } from './increment.ts';

/**
 * Where results are kept. Methods are asynchronous and there is a contract suite, because a shared database will
 * stand beside SQLite when many proxies give one answer. Every method rejects with a `StoreError` (code
 * `store_unusable`) when the medium fails; nothing is then half written.
 */
export interface Store extends StoreReader {
  /** Key of the redaction's tokens: random, made with the store and kept in it. */
  redactionKey(): Promise<Buffer>;
  /** Writes one flush in one transaction. The same `sequence` written twice by one run counts once. */
  write(flush: Flush): Promise<void>;
  /**
   * Deletes what is older than `age` milliseconds before `now`, in whole hours, then the oldest until the store is
   * below `size` bytes.
   */
  prune(now: number, retention: { readonly age: number; readonly size: number }): Promise<void>;
  /** Deletes all results, or those of one rehearsal alone. What was said of signatures stays. */
  clear(rehearsal?: string): Promise<void>;
  /** All of it, or nothing where there is no signature of one of the ids: gives those. */
  mark(marking: Marking): Promise<readonly string[]>;
  /** Says that all of this run's results were written, so that its end leaves no gap. */
  finish(at: number): Promise<void>;
}

/** One life of the process that writes. A process that opens its store again goes on with its run. */
export interface Run {
  /** Unique among all processes that ever write to the store. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** All that main has gathered in one flush interval. */
export interface Flush {
  /** Rises from 1 within a run. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** All that the entries below name, and each service's present one. */
  readonly rehearsals: readonly Rehearsal[];
  readonly counts: readonly (Rehearsed & Increment)[];
  readonly findings: readonly (Rehearsed & FindingsBatch)[];
  /** Routes that turned out to be others, in order: what was ever recorded of them, and ever will be, is those others'. */
  readonly renamings: readonly Renaming[];
  /** By how many milliseconds each time the clock was set ahead, or, where they are negative, back. */
  readonly clockJumps: readonly number[];
  /** Absent: what the last flush said holds. */
  readonly configured?: Configured;
}

/** What a result is of. */
export interface Rehearsed {
  readonly service: string;
  /** The id of a rehearsal. */
  readonly rehearsal: string;
}

/** A route of a service that turned out to be another. */
export interface Renaming {
  readonly service: string;
  readonly from: string;
  readonly to: string;
}

/** What the configuration in force says that results are read with. */
export interface Configured {
  /** In their order. */
  readonly services: readonly { readonly service: string; readonly mirrored: boolean }[];
  readonly rules: readonly ConfiguredRule[];
  readonly verdict: VerdictSettings;
  /** Their names are no other route's, even if they were once. */
  readonly routes: readonly { readonly service: string; readonly route: string }[];
}
