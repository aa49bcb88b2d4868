/** The messages between main and its threads. Everything else they share is in shared memory. */
import type { ListenAddress } from '../config/address.ts';
import type { Config } from '../config/types.ts';
import type { RepeatReading, TargetReading } from '../metrics/readings.ts';
import type { SettledCount } from '../mirror/settled-counts.ts';
import type { ExperimentActivity } from '../model/experiment.ts';
import type { FindingsBatch, RedactionUse } from '../model/finding.ts';
import type { Notice } from '../model/notice.ts';
import type { Pause } from '../model/pause.ts';
import type { RehearsalTable } from '../model/rehearsal.ts';
import type { RepeatRequest } from '../model/repeat.ts';
import type { Seats } from '../model/rollout.ts';
import type { RouteRow } from '../model/route.ts';

/** A tape and the account of what is on it. */
export interface Link {
  /** Rises with each new link. */
  readonly number: number;
  readonly tape: SharedArrayBuffer;
  readonly account: SharedArrayBuffer;
}

/** What is in force on all threads: it begins with the thread, and each reload brings another. */
export interface Generation {
  readonly config: Config;
  /** The row in the ledgers, by the index of a route in the configuration. */
  readonly routeRows: readonly RouteRow[];
  readonly rehearsals: RehearsalTable;
  /** Of the candidates. */
  readonly seats: Seats;
}

export interface CommonData extends Generation {
  /** The log of all routes (see grouping/route-log.ts). */
  readonly routeLog: SharedArrayBuffer;
  /**
   * By slot of the rehearsals (see model/rehearsal.ts). An edge does not distinguish rehearsals, and has only the
   * first.
   */
  readonly ledgers: readonly SharedArrayBuffer[];
  readonly gauges: SharedArrayBuffer;
}

/** The data of a thread that connects to targets. */
export interface ConnectingData extends CommonData {
  readonly holder: number;
  /** Shared by the threads of a role: only one of them looks names up at a time (see wire/names.ts). */
  readonly lookUpTurn: SharedArrayBuffer;
}

export interface EdgeData extends ConnectingData {
  readonly received: SharedArrayBuffer;
  readonly refusals: SharedArrayBuffer;
  readonly redactions: SharedArrayBuffer;
  /** What users of each arm got (see metrics/arm-ledger.ts). */
  readonly arms: SharedArrayBuffer;
  /** What users of each bucket got (see metrics/bucket-ledger.ts). */
  readonly buckets: SharedArrayBuffer;
  /** How many users the shadow serves (see edge/serving-weights.ts); shared by all edge threads. */
  readonly weights: SharedArrayBuffer;
  readonly copies: Link;
  readonly pseudonym: string;
  readonly marker: string;
  /** Shared by all edge threads (see edge/rate-limit.ts). */
  readonly rateLimit: SharedArrayBuffer;
  readonly mirroring: boolean;
  /** What the keys of users are made from (see model/user-key.ts). */
  readonly redactionKey: Uint8Array;
  /** What the keys of TLS session tickets are made from; the same for all edge threads. */
  readonly ticketSecret: Uint8Array;
}

export interface MirrorData extends ConnectingData {
  readonly copies: Link;
  readonly pairs: Link;
  /** Whether a compare thread has begun. */
  readonly comparing: boolean;
  readonly marker: string;
}

export interface CompareData extends CommonData {
  readonly pairs: Link;
  readonly marker: string;
  /** Key of the tokens that stand for secrets. */
  readonly redactionKey: Uint8Array;
  readonly redactions: SharedArrayBuffer;
}

/** For the log. */
interface Noticed {
  readonly type: 'notice';
  readonly notice: Notice;
}

/** Main waits until the message has taken effect; `openPort` answers with `heeded`. */
export interface Numbered {
  readonly number?: number;
}

interface Configure extends Numbered, Generation {
  readonly type: 'configure';
}

/** The present rehearsals, and where they are counted. */
interface Rehearse extends Numbered {
  readonly type: 'rehearse';
  readonly rehearsals: RehearsalTable;
  readonly ledgers: readonly SharedArrayBuffer[];
}

/** The thread finishes what is under way, takes nothing new, and then sends `drained`. */
export interface Drain {
  readonly type: 'drain';
}

/** What a thread of any role sends. */
export type FromAny = Noticed | { readonly type: 'drained' } | { readonly type: 'heeded'; readonly number: number };

export type ToEdge =
  | Configure
  | Drain
  | { readonly type: 'listen'; readonly address: ListenAddress; readonly sharing: 'exclusive' | 'shared' }
  /**
   * Clients should move to other instances: every response closes its connection; new connections are still accepted.
   */
  | { readonly type: 'wind_down' }
  | { readonly type: 'reopen_access_log' }
  /** Users of experiments are told of again. */
  | { readonly type: 'forget_users' }
  | { readonly type: 'renew_tickets'; readonly secret: Uint8Array }
  | { readonly type: 'mirroring'; readonly enabled: boolean }
  /** The tape of a new mirror thread; `copies_replaced`, with its number, confirms that nothing more goes to the ones before. */
  | { readonly type: 'replace_copies'; readonly copies: Link };

export type FromEdge =
  | FromAny
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'listen_failed'; readonly code: string; readonly message: string }
  | { readonly type: 'copies_replaced'; readonly number: number }
  /** All pauses of its copies, whenever one has begun or ended. */
  | { readonly type: 'pauses'; readonly pauses: readonly Pause[] }
  | { readonly type: 'experiments'; readonly activity: ExperimentActivity }
  /** What was hidden in the access log since the last time. */
  | { readonly type: 'redacted'; readonly uses: readonly RedactionUse[] };

/** Main asks to repeat a request to primary and shadow. */
export interface Repeat {
  readonly type: 'repeat';
  readonly request: RepeatRequest;
}

export type ToMirror = Configure | Rehearse | Drain | Repeat | { readonly type: 'replace_pairs'; readonly pairs: Link };

export type FromMirror =
  | FromAny
  | { readonly type: 'settled'; readonly counts: readonly SettledCount[] }
  | {
      readonly type: 'targets';
      readonly readings: readonly TargetReading[];
      readonly repeats: readonly RepeatReading[];
    }
  /** A response names a version that is not listed: copies wait for a table that lists it. */
  | { readonly type: 'version'; readonly service: string; readonly version: string }
  | { readonly type: 'pairs_replaced'; readonly number: number }
  /** The first pair is on its tape: the compare thread should begin. */
  | { readonly type: 'first_pair' };

export type ToCompare = Configure | Rehearse | Drain;

export type FromCompare =
  | FromAny
  | Repeat
  | {
      readonly type: 'findings';
      readonly batches: readonly RehearsedFindings[];
      readonly droppedExamples: number;
    };

export interface RehearsedFindings {
  /** The number of the rehearsal. */
  readonly rehearsal: number;
  readonly batch: FindingsBatch;
  /**
   * The counts of its ledger for the routes in the batch, so that counts and findings are recorded as of the same
   * moment.
   */
  readonly counts: readonly { readonly row: RouteRow; readonly findings: Uint32Array }[];
}
