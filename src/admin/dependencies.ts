import type { Logger } from 'pino';
import type { RouteMatch } from '../config/types.ts';
import type { Rehearsal } from '../model/rehearsal.ts';
import type { ThreadStatus } from '../model/thread-status.ts';
import type { Store } from '../record/store.ts';
import type { ResultsReader } from '../results/results.ts';
import type { ScopeReader } from '../results/scope.ts';
import type { VerdictReader } from '../results/verdict.ts';

/** All that the admin server needs of the rest of the program. */
export interface AdminDependencies {
  readonly store: Pick<Store, 'signature' | 'exchange' | 'clear' | 'mark'> &
    ResultsReader &
    ScopeReader &
    VerdictReader;
  /** Begins a rehearsal; undefined where there is no such service. Resolves when what comes from now on is of it. */
  readonly rehearse: (beginning: {
    readonly service?: string;
    readonly label?: string;
  }) => Promise<Rehearsal | undefined>;
  /** All metrics in the Prometheus text format. */
  readonly exposition: () => Promise<string>;
  readonly state: () => ProcessState;
  /** The services of the configuration in force, in its order. */
  readonly services: () => readonly ServiceState[];
  /** The configuration in force, with its secrets already taken out. */
  readonly config: () => unknown;
  /** The kill switch. */
  readonly mirror: { readonly get: () => boolean; readonly set: (enabled: boolean) => void };
  /** Called after somebody has said what they are. */
  readonly onMarked: (ids: readonly string[]) => void;
  readonly reload: () => Promise<ReloadResult>;
  /** Milliseconds since 1970: decides which rules have expired. */
  readonly now: () => number;
  readonly logger: Logger;
  /** Clients at a time. */
  readonly connections: number;
  /** Absent: whoever reaches the address is let in, which is why it then has to be loopback. */
  readonly token?: string;
}

export type ReloadResult =
  | { readonly ok: true; readonly generation: number }
  | { readonly ok: false; readonly problems: readonly string[] };

/** As in the configuration, but for the values of header fields, which may be secrets. */
export interface ServiceMatch extends Omit<RouteMatch, 'headers'> {
  readonly headers?: readonly { readonly name: string }[];
}

/** A service and its targets. */
export interface ServiceState {
  readonly service: string;
  /** The requests that are for it, beside those of its routes. Absent: none. */
  readonly match?: ServiceMatch;
  readonly primary: { readonly url: string };
  /** Absent: nothing is copied. */
  readonly shadow?: CopyTargetState;
  readonly control?: CopyTargetState;
}

export interface CopyTargetState {
  readonly url: string;
  /** Of all edge threads the most open. */
  readonly breaker: 'closed' | 'half_open' | 'open';
  /** Copies that are sent and not answered. */
  readonly inFlight: number;
  /** Copies that were sent before their turn, since the start. */
  readonly outOfOrder: number;
}

export interface ProcessState {
  readonly live: boolean;
  readonly ready: { readonly ok: boolean; readonly reasons: readonly string[] };
  readonly recorder: RecorderState;
  readonly threads: readonly ThreadState[];
  readonly configGeneration: number;
  /** Why the newest configuration could not be loaded, or which thread fails since it was; absent where neither is so. */
  readonly configLastError?: string;
}

export interface RecorderState {
  readonly status: 'recording' | 'degraded';
  /** Why it is degraded. */
  readonly detail?: string;
  /** Counted and not yet written. */
  readonly pendingRequests: number;
  /** Examples given up because too many waited, since the start. Counts are never given up. */
  readonly droppedExamples: number;
  /** How often a file of the store was found to be damaged, since the start, and what was found and done last. */
  readonly damages: number;
  readonly lastDamage?: string;
}

export interface ThreadState {
  readonly name: string;
  readonly status: ThreadStatus;
  readonly restarts: number;
  /** Of what it died last; absent where it never did. */
  readonly lastDeath?: string;
}
