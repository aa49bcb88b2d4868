import type { Logger } from 'pino';
import type { RouteMatch } from '../config/types.ts';
import type { RecordedUnder } from '../edge/recorded-route.ts';
import type { PauseCause } from '../model/pause.ts';
import type { Rehearsal } from '../model/rehearsal.ts';
import type { RolloutChange } from '../model/rollout.ts';
import type { ThreadStatus } from '../model/thread-status.ts';
import type { Store } from '../record/store.ts';
import type { Scheme } from '../results/exchange/curl.ts';
import type { ExplainedUnder } from '../results/explanation.ts';
import type { Ask } from '../results/questions.ts';
import type { ResultsReader } from '../results/results.ts';
import type { RolloutCommandResult, RolloutStatus } from '../results/rollout-status.ts';
import type { ScopeReader } from '../results/scope.ts';
import type { VerdictReader } from '../results/verdict.ts';
import type { Command } from '../rollout/lifecycle.ts';
import type { Reading, ReadingState } from './reading.ts';

/** Everything that the admin server needs of the rest of the program. */
export interface AdminDependencies {
  readonly store: Pick<Store, 'timeline' | 'signature' | 'exchange' | 'clear' | 'mark'> &
    ResultsReader &
    ScopeReader &
    VerdictReader;
  /** Asks about the results, where it costs nothing that clients wait for. */
  readonly ask: Ask;
  /** Keeps in mind whether the results can be read. */
  readonly reading: Pick<Reading, 'watch'>;
  /** The page is being loaded: it will ask. */
  readonly expectQuestions: () => void;
  /** Begins a rehearsal; undefined if there is no such service. Resolves when new copies belong to it. */
  readonly rehearse: (beginning: {
    readonly service?: string;
    readonly label?: string;
  }) => Promise<Rehearsal | undefined>;
  /** All metrics in the Prometheus text format. */
  readonly exposition: () => Promise<string>;
  readonly state: () => ProcessState;
  readonly health: () => ProcessHealth;
  /** The services of the configuration in force, in its order. */
  readonly services: () => readonly ServiceState[];
  /** How an exchange would be compared now. */
  readonly comparedUnder: (recorded: RecordedUnder) => Omit<ExplainedUnder, 'now'>;
  /** The configuration in force, without its secrets. */
  readonly config: () => unknown;
  /** How clients reach this Understudy. */
  readonly scheme: () => Scheme;
  /** `set`: the kill switch. */
  readonly mirror: { readonly get: () => MirrorState; readonly set: (enabled: boolean) => void };
  readonly rollouts: {
    readonly status: readonly RolloutStatus[];
    /** The latest changes of each service, or of one, the latest first. */
    history(limit: number, service?: string): Promise<readonly RolloutChange[]>;
    /** `service`: needed where there are several. `revision`: see the API. */
    command(
      service: string | undefined,
      command: Command,
      by: string,
      reason: string,
      revision?: number,
    ): Promise<RolloutCommandResult | 'no_such_rollout'>;
  };
  /** Counts all of the events, or none where there is no room for them. */
  readonly takeEvents: (events: readonly UserEvent[]) => EventsTaken | 'no_room';
  /** Called after signatures were marked. */
  readonly onMarked: (ids: readonly string[]) => void;
  readonly reload: () => Promise<ReloadResult>;
  /** Milliseconds since 1970, to find expired rules. */
  readonly now: () => number;
  readonly logger: Logger;
  /** Largest number of clients at a time. */
  readonly connections: number;
  /** Absent: no token is needed; the address must then be loopback. */
  readonly token?: string;
}

/** Something that a user did, as somebody else says. */
export interface UserEvent {
  /** As in the cookie or the header field that tells users apart. */
  readonly user: string;
  readonly name: string;
  /** 1 by default. */
  readonly value?: number;
  /** Only experiments of this service. */
  readonly service?: string;
}

export interface EventsTaken {
  /** Events with the name of an `event` of a goal. */
  readonly accepted: number;
  /** The names of the others. */
  readonly unknown: readonly string[];
}

export interface MirrorState {
  /** Whether the kill switch lets copies be made. */
  readonly enabled: boolean;
  /** Empty if nothing is paused. */
  readonly paused: readonly PauseState[];
}

/** Copies that are paused to relieve clients (`mirror.pauseWhen`). */
export interface PauseState {
  /** Absent: all services. */
  readonly service?: string;
  readonly cause: PauseCause;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** How many edge threads have paused. */
  readonly edges: number;
}

export type ReloadResult =
  | { readonly ok: true; readonly generation: number }
  | { readonly ok: false; readonly problems: readonly string[] };

/** As in the configuration, but without the values of header fields, which may be secrets. */
export interface ServiceMatch extends Omit<RouteMatch, 'headers'> {
  readonly headers?: readonly { readonly name: string }[];
}

/** A service and its targets. */
export interface ServiceState {
  readonly service: string;
  /** Requests for this service, in addition to those of its routes. Absent: none. */
  readonly match?: ServiceMatch;
  readonly primary: { readonly url: string };
  /** Absent: nothing is copied. */
  readonly shadow?: CopyTargetState;
  readonly control?: CopyTargetState;
  /** The names of its experiments. */
  readonly experiments: readonly string[];
}

export interface CopyTargetState {
  readonly url: string;
  /** The most open state among all edge threads. */
  readonly breaker: 'closed' | 'half_open' | 'open';
  /** Copies in flight. */
  readonly inFlight: number;
  /** Copies that were sent out of order since the start. */
  readonly outOfOrder: number;
}

export interface ProcessState {
  readonly live: boolean;
  readonly ready: { readonly ok: boolean; readonly reasons: readonly string[] };
  readonly recorder: RecorderState;
  readonly reading: ReadingState;
  readonly threads: readonly ThreadState[];
  readonly configGeneration: number;
  /**
   * Why the newest configuration could not be loaded, or which thread has failed since it was loaded; otherwise
   * absent.
   */
  readonly configLastError?: string;
}

export interface RecorderState {
  readonly status: 'recording' | 'degraded';
  /** Why it is degraded. */
  readonly detail?: string;
  /** Requests that were counted but not written yet. */
  readonly pendingRequests: number;
  /** Examples that were dropped since the start because too many waited. Counts are never dropped. */
  readonly droppedExamples: number;
  /** When that was noticed last, in milliseconds since 1970. */
  readonly examplesDroppedAt?: number;
  /** How often a file of the store was found damaged since the start, and what was found and done last. */
  readonly damages: number;
  readonly lastDamage?: string;
  /** When, in milliseconds since 1970. */
  readonly lastDamageAt?: number;
}

export interface ThreadState {
  readonly name: string;
  readonly status: ThreadStatus;
  readonly restarts: number;
  /** Why it died last; absent if it never did. */
  readonly lastDeath?: string;
}

/** The parts of the process and how they are. Times are milliseconds since 1970. */
export interface ProcessHealth {
  /** Random, and another one after each start. */
  readonly instance: string;
  readonly version: string;
  /** Of Node.js. */
  readonly node: string;
  readonly startedAt: number;
  /** When results were written last; absent before the first time. */
  readonly recordedAt?: number;
  /** Main comes first. */
  readonly threads: readonly ThreadHealth[];
  readonly tapes: readonly TapeHealth[];
  readonly services: readonly { readonly service: string; readonly targets: readonly TargetHealth[] }[];
  readonly recorder: RecorderState;
  readonly reading: ReadingState;
  readonly store: StoreLimits;
  readonly config: { readonly generation: number; readonly lastError?: string; readonly loadedAt: number };
  /** Since the start: lines and messages that could not be written or sent. */
  readonly lost: { readonly logLines: number; readonly accessLines: number; readonly alerts: number };
}

export interface ThreadHealth extends ThreadState {
  /** The longest delay of its event loop in the last minute, in milliseconds. */
  readonly lag: number;
}

export interface TapeHealth {
  /** From and to: `edge-0/mirror-0`. */
  readonly tape: string;
  /** Bytes that were written and not read yet, and how many fit. */
  readonly bytes: number;
  readonly capacity: number;
  /** Exchanges whose copy did not fit, since the start. */
  readonly dropped: number;
}

export interface TargetHealth extends Partial<Pick<CopyTargetState, 'breaker' | 'inFlight' | 'outOfOrder'>> {
  readonly role: 'primary' | 'shadow' | 'control' | 'arm';
  /** Of the target of an arm: `EXPERIMENT=ARM`. */
  readonly variant?: string;
  readonly url: string;
  /** False: the latest attempt of a thread to connect has failed. */
  readonly reachable: boolean;
}

export interface StoreLimits {
  /** The file; `:memory:` keeps nothing. */
  readonly location: string;
  /** The most bytes, and the milliseconds for which results are kept. */
  readonly limit: number;
  readonly age: number;
}

export interface Health extends Omit<ProcessHealth, 'store'> {
  readonly now: number;
  readonly ready: { readonly ok: boolean; readonly reasons: readonly string[] };
  readonly mirror: MirrorState;
  readonly store: StoreHealth;
}

export interface StoreHealth extends StoreLimits {
  /** With its log; absent if that can't be read. */
  readonly bytes?: number;
  /** The times of the oldest and of the newest result. */
  readonly from?: number;
  readonly to?: number;
  /** Why it can't be read. */
  readonly error?: string;
}
