import type { Exposure, Outcome } from '../model/experiment.ts';
import type { ConfiguredRule, FindingsBatch } from '../model/finding.ts';
import type { ExperimentDefinition } from '../model/recorded-experiment.ts';
import type { Rehearsal } from '../model/rehearsal.ts';
import type { RolloutChange } from '../model/rollout.ts';
import type { StoreReader } from '../model/store-reader.ts';
import type { Marked, Marking } from '../model/triage.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import type { Increment } from './increment.ts';

/**
 * Where results are kept. Methods are asynchronous, and there is a contract suite, because a shared database for
 * several proxies is planned besides SQLite. Every method rejects with a `StoreError` (code `store_unusable`) if the
 * medium fails; nothing is half written then.
 */
export interface Store extends StoreReader {
  /** The key of the redaction's tokens: random, made with the store and kept in it. */
  redactionKey(): Promise<Buffer>;
  /**
   * Writes one flush in one transaction. If one run writes the same `sequence` twice, it counts once. Returns the
   * exposures of users who were not known in their experiment before.
   */
  write(flush: Flush): Promise<readonly Exposure[]>;
  /**
   * Deletes what is older than `age` milliseconds before `now`, in whole hours, then the oldest results until the
   * store is below `size` bytes.
   */
  prune(now: number, retention: { readonly age: number; readonly size: number }): Promise<void>;
  /** Deletes all results, or those of one rehearsal. Marks of signatures stay. */
  clear(rehearsal?: string): Promise<void>;
  /** Marks all these signatures; none of them if any id has no signature. */
  mark(marking: Marking): Promise<Marked>;
  /**
   * Adds a change to the history of a rollout, where it survives a loss of power. A change with the same revision is
   * written once.
   */
  recordRollout(change: RolloutChange): Promise<void>;
  /** Exposures that are recorded but not reported to the webhook yet, the oldest first: at most so many. */
  unreportedExposures(most: number): Promise<readonly Exposure[]>;
  /** These were reported, or never will be. */
  forgetUnreported(exposures: readonly Exposure[]): Promise<void>;
  /** Says that all results of this run were written, so that its end leaves no gap. */
  finish(at: number): Promise<void>;
}

/** One life of the process that writes. A process that opens its store again continues its run. */
export interface Run {
  /** Unique among all processes that ever write to the store. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Everything that main has gathered in one flush interval. */
export interface Flush {
  /** Rises from 1 within a run. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The rehearsals named in the entries below, and each service's present one. */
  readonly rehearsals: readonly Rehearsal[];
  readonly counts: readonly (Rehearsed & Increment)[];
  readonly findings: readonly (Rehearsed & FindingsBatch)[];
  /** Routes that turned out to be others, in order. All their results, recorded or not, belong to those others. */
  readonly renamings: readonly Renaming[];
  /** By how many milliseconds the clock was set ahead each time; negative if it was set back. */
  readonly clockJumps: readonly number[];
  /** Absent: nobody. */
  readonly users?: UsersFlush;
  /** Absent: unchanged since the last flush. */
  readonly configured?: Configured;
}

/** Users who take part in experiments, and what they did, each in the order of time. */
export interface UsersFlush {
  readonly exposures: readonly Exposure[];
  readonly outcomes: readonly Outcome[];
}

/** What a result belongs to. */
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

/** The part of the configuration that is needed to read results. */
export interface Configured {
  /** In their order. */
  readonly services: readonly { readonly service: string; readonly mirrored: boolean }[];
  readonly rules: readonly ConfiguredRule[];
  readonly verdict: VerdictSettings;
  /** Their names belong to no other route, even if they once did. */
  readonly routes: readonly { readonly service: string; readonly route: string }[];
  readonly experiments: readonly ExperimentDefinition[];
  /** Whether a webhook is told of users who take part. `kept`: those who come meanwhile are never reported. */
  readonly exposures: 'reported' | 'kept';
}
