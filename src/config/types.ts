import type { ListenAddress } from './address.ts';
import type { CompareConfig } from './compare-types.ts';
import type { HeapLimits } from './memory-limit.ts';
import type { Options } from './options.ts';
import type { ConnectionLimit, ShadowTarget, Target, TlsIdentity } from './target-types.ts';

/**
 * The configuration as the rest of the program sees it: resolved (defaults filled in, texts parsed), deeply frozen,
 * and structured-cloneable, so that it can be passed to the threads. Durations are in milliseconds, sizes in bytes,
 * shares are fractions in [0, 1].
 *
 * Only what `resolve` changes is described here and in the files beside. The rest is as in the schema, where each
 * option is explained.
 */
export interface Config
  extends Pick<Options, 'threads' | 'store' | 'log' | 'alerts' | 'exposure' | 'shutdown' | 'verdict'> {
  readonly listen: ListenConfig;
  readonly admin: AdminConfig;
  /** In order; at least one. */
  readonly services: readonly ServiceConfig[];
  /** Number of edge threads (each with a mirror and a compare thread of its own). */
  readonly edges: number;
  readonly client: ClientLimits;
  readonly mirror: MirrorConfig;
  /**
   * In order; the first that matches wins. After the configured routes come the default routes of the services, named
   * `default`. The last one matches everything; if its requests are for no service, its service is `none`.
   */
  readonly routes: readonly Route[];
  readonly grouping: GroupingConfig;
  readonly redact: RedactConfig;
  readonly memory: MemoryConfig;
  readonly descriptors: DescriptorConfig;
}

/** What clients ask for, and its targets. */
export interface ServiceConfig {
  readonly name: string;
  /** Requests for this service, in addition to those of its routes. Absent: none. */
  readonly match?: RouteMatch;
  readonly primary: Target;
  /** Absent: nothing is copied. */
  readonly shadow?: ShadowTarget;
  readonly control?: Target;
  /** The shadow as a target that serves clients. Present together with a rollout. */
  readonly candidate?: Target;
  /**
   * The primary as a target of the mirror: of repeats (`mirror.calibrate`, `mirror.confirm`), and of copies of what the
   * candidate serves.
   */
  readonly repeated?: Target;
  /** Absent: the primary serves all. Only where there is a shadow. */
  readonly rollout?: RolloutConfig;
  readonly experiments: readonly ExperimentConfig[];
  /** Its parts of `mirror.inFlight` and `mirror.buffer`, per edge thread. */
  readonly inFlight: number;
  readonly buffer: number;
}

/**
 * The way from the primary to the shadow. Shares of users are whole hundredths of a percent, and `steps` are ascending
 * and end with 1.
 */
export interface RolloutConfig extends Omit<NonNullable<Options['rollout']>, 'weight' | 'writes' | 'reverse'> {
  /** The share of users that the file alone decides. Absent: they follow the steps. */
  readonly weight?: number;
}

type WrittenExperiment = Options['experiments'][number];

export interface ExperimentConfig extends Omit<WrittenExperiment, 'arms' | 'salt'> {
  /** The first is the baseline, which the primary serves. */
  readonly arms: readonly ArmConfig[];
  readonly salt: string;
  /** 8 hexadecimal digits. Users count anew in another edition, since they may get something else there. */
  readonly edition: string;
}

/** Users whose bucket is at least `from` and less than `to` have this arm. */
export interface ArmConfig extends Omit<WrittenExperiment['arms'][number], 'target'> {
  readonly from: number;
  readonly to: number;
  /** Absent: the primary serves it. */
  readonly target?: Target;
}

/**
 * Which requests of a route the candidate of its service may serve. `reads`: those with the methods GET, HEAD and
 * OPTIONS.
 */
export type CandidateMayServe = 'nothing' | 'reads' | 'all';

export interface ListenConfig extends ListenAddress {
  /** Absent: clients speak HTTP without TLS. */
  readonly tls?: ListenTls;
}

export interface ListenTls extends Omit<NonNullable<Options['listen']['tls']>, 'cert' | 'key' | 'others'> {
  /** The first is for clients that send no name, or one for which there is no certificate. */
  readonly identities: readonly [TlsIdentity, ...TlsIdentity[]];
  /** The authorities of client certificates, as PEM; absent: clients are not asked for one. */
  readonly clientCa?: string;
}

export interface AdminConfig extends ListenAddress, Omit<Options['admin'], 'address'> {}

export type ClientLimits = Options['client'] & { readonly connectionsBy: ConnectionLimit };

/** Descriptors that are reserved for other uses than connections of clients and targets. */
export interface DescriptorConfig {
  /** RLIMIT_NOFILE; absent if it does not matter. */
  readonly limit?: number;
  /** The lowest limit with which clients can be served and copied. */
  readonly needed: number;
  /** Clients at a time, per edge thread, that can be told that there is no room. */
  readonly turnedAway: number;
  /** Clients of the admin address at a time. */
  readonly admin: number;
}

/** Derived from `mirror.memory` and the process's control group. */
export interface MemoryConfig {
  /** Bytes that the process may use; absent: no limit. */
  readonly limit?: number;
  /** The most bytes of requests and responses that are held, everywhere together. */
  readonly held: number;
  /** Bytes for examples that wait to be written. */
  readonly examples: number;
  /** Bytes for examples that wait in each compare thread. */
  readonly collected: number;
  /** Absent: V8's own default. */
  readonly heaps?: HeapLimits;
}

/** The mirror's settings. Those of a route are laid over them. */
export interface MirrorConfig extends Omit<Options['mirror'], 'buffer' | 'tape'> {
  /** Bytes of requests and responses that the mirror holds at once, per edge thread. */
  readonly buffer: number;
  /** Bytes of each shared-memory ring. */
  readonly tape: number;
}

type WrittenRoute = Options['routes'][number];

/** The mirror settings that a route may override. */
export type RouteMirror = Required<Exclude<WrittenRoute['mirror'], false | undefined>>;

export interface Route extends Pick<WrittenRoute, 'name' | 'match'> {
  /** The name of its service. */
  readonly service: string;
  /** Whether its requests form routes of their own, by method and path. */
  readonly grouped: boolean;
  /** False where the config says `mirror: false` for this route: requests are skipped with reason `route`. */
  readonly mirrored: boolean;
  readonly mirror: RouteMirror;
  readonly compare: CompareConfig;
  readonly candidateMayServe: CandidateMayServe;
  /** The methods whose requests are copied to production when the candidate served them. */
  readonly reverseMethods: readonly string[];
}

/** All present conditions must match. */
export type RouteMatch = WrittenRoute['match'];

export type SampleKey = RouteMirror['sampleBy'];

/** Requests with the same key are sent to the shadow and the control in their order. */
export type OrderKey = MirrorConfig['order'];

/** How requests that no configured route matches are told apart. */
export interface GroupingConfig extends Omit<Options['grouping'], 'enabled' | 'openapi'> {
  /** Names at once per service, in addition to configured ones. */
  readonly limit: number;
  /** Those of the configuration first, then those of the OpenAPI file. */
  readonly templates: readonly PathTemplate[];
}

/** A path as in a match, or with parameters as in OpenAPI: `/reports/{id}.json`. */
export type PathTemplate = Options['grouping']['templates'][number];

/** Requests to this path name their operation in this member of their JSON body. */
export type OperationPath = Options['grouping']['operations'][number];

/**
 * The key of the tokens is set as written, or as read from a file. If neither is given, it is absent here and random
 * per store.
 */
export type RedactConfig = Omit<Options['redact'], 'keyFile'>;

export type StoreConfig = Options['store'];
