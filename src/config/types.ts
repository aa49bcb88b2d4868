import type { ListenAddress } from './address.ts';
import type { CompareConfig } from './compare-types.ts';
import type { HeapLimits } from './memory-limit.ts';
import type { Options } from './options.ts';
import type { ConnectionLimit, ShadowTarget, Target, TlsIdentity } from './target-types.ts';

/**
 * The configuration as the rest of the program sees it: resolved (defaults filled in, texts parsed), deeply frozen,
 * and structured-cloneable so that it can be handed to the threads. Durations are milliseconds, sizes bytes,
 * shares fractions in [0, 1].
 *
 * Only what `resolve` makes of the options is told here and in the files beside; what it passes on is as the schema
 * says, where each option is explained.
 */
export interface Config extends Pick<Options, 'threads' | 'store' | 'log' | 'alerts' | 'shutdown' | 'verdict'> {
  readonly listen: ListenConfig;
  readonly admin: AdminConfig;
  /** In order; at least one. */
  readonly services: readonly ServiceConfig[];
  /** Number of edge threads (each with a mirror and a compare thread of its own). */
  readonly edges: number;
  readonly client: ClientLimits;
  readonly mirror: MirrorConfig;
  /**
   * In order; the first that matches wins. Behind those that are written come those of what else each service gets, named
   * `default`. The last one matches everything; where that is for no service, its service is `none`.
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
  /** The requests that are for it, beside those of its routes. Absent: none. */
  readonly match?: RouteMatch;
  readonly primary: Target;
  /** Absent: nothing is copied. */
  readonly shadow?: ShadowTarget;
  readonly control?: Target;
  /** The primary, where the mirror asks it once more (`mirror.calibrate`, `mirror.confirm`). */
  readonly repeated?: Target;
  /** Its parts of `mirror.inFlight` and `mirror.buffer`, per edge thread. */
  readonly inFlight: number;
  readonly buffer: number;
}

export interface ListenConfig extends ListenAddress {
  /** Absent: clients speak HTTP without TLS. */
  readonly tls?: ListenTls;
}

export interface ListenTls extends Omit<NonNullable<Options['listen']['tls']>, 'cert' | 'key' | 'others'> {
  /** The first is for clients that ask for no name, or for one that no certificate is for. */
  readonly identities: readonly [TlsIdentity, ...TlsIdentity[]];
  /** The authorities of client certificates, as PEM; absent: clients are not asked for one. */
  readonly clientCa?: string;
}

export interface AdminConfig extends ListenAddress, Omit<Options['admin'], 'address'> {}

export type ClientLimits = Options['client'] & { readonly connectionsBy: ConnectionLimit };

/** Descriptors that are not for the connections of clients and targets. */
export interface DescriptorConfig {
  /** RLIMIT_NOFILE; absent where it does not matter. */
  readonly limit?: number;
  /** The least limit under which clients can be served and copied. */
  readonly needed: number;
  /** Clients at a time that are told, for each edge thread, that there is no room. */
  readonly turnedAway: number;
  /** Clients of the admin address at a time. */
  readonly admin: number;
}

/** Not configured: it follows from the control group that the process is in. */
export interface MemoryConfig {
  /** Bytes that the process may use; absent: as much as there is. */
  readonly limit?: number;
  /** Bytes of examples that wait to be written. */
  readonly examples: number;
  /** Absent: as V8 chooses. */
  readonly heaps?: HeapLimits;
}

/** The mirror's settings, and, for a route, the defaults it is laid over. */
export interface MirrorConfig extends Omit<Options['mirror'], 'buffer' | 'tape'> {
  /** Bytes of requests and responses that the mirror holds at once, per edge thread. */
  readonly buffer: number;
  /** Bytes of each shared-memory ring. */
  readonly tape: number;
}

type WrittenRoute = Options['routes'][number];

/** What a route may decide for itself. */
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
}

/** All that are present must match. */
export type RouteMatch = WrittenRoute['match'];

export type SampleKey = RouteMirror['sampleBy'];

/** Requests with one key, one after another, reach the targets of copies one after another. */
export type OrderKey = MirrorConfig['order'];

/** How requests are told apart that no configured route does. */
export interface GroupingConfig extends Omit<Options['grouping'], 'enabled' | 'openapi'> {
  /** Of names at once for each service, besides those that are configured. */
  readonly limit: number;
  /** Those of the configuration first, then those of the OpenAPI file. */
  readonly templates: readonly PathTemplate[];
}

/** A path like that of a match, or with parameters as OpenAPI has them: `/reports/{id}.json`. */
export type PathTemplate = Options['grouping']['templates'][number];

/** Requests to this path name their operation in that member of their JSON body. */
export type OperationPath = Options['grouping']['operations'][number];

/** The key of the tokens is there as written, or as read from a file; it is random per store where neither is given. */
export type RedactConfig = Omit<Options['redact'], 'keyFile'>;

export type StoreConfig = Options['store'];
