import type { CompareConfig } from './compare-types.ts';
import type { ConnectionLimit, HeaderChanges, Target, TlsIdentity } from './target-types.ts';

/**
 * The configuration as the rest of the program sees it: resolved (defaults filled in, texts parsed), deeply frozen,
 * and structured-cloneable so that it can be handed to the threads. Durations are milliseconds, sizes bytes,
 * shares fractions in [0, 1].
 */
export interface Config {
  readonly listen: ListenConfig;
  readonly admin: AdminConfig;
  readonly primary: Target;
  readonly shadow: Target;
  readonly control?: Target;
  /** Number of edge threads (each with a mirror and a compare thread of its own). */
  readonly edges: number;
  readonly client: ClientLimits;
  readonly mirror: MirrorConfig;
  /** In order; the first that matches wins. The last one matches everything and is named `default`. */
  readonly routes: readonly Route[];
  readonly grouping: GroupingConfig;
  readonly redact: RedactConfig;
  readonly store: StoreConfig;
  readonly log: {
    readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
    readonly format: 'auto' | 'json' | 'pretty';
    readonly access: AccessLogConfig;
  };
  readonly memory: MemoryConfig;
  readonly descriptors: DescriptorConfig;
  readonly shutdown: { readonly grace: number; readonly deadline: number };
}

/** Port 0 asks for an ephemeral port. IPv6 hosts are without brackets. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Of a Unix socket; host and port are then `localhost` and 0. */
  readonly socketPath?: string;
}

export interface ListenConfig extends ListenAddress {
  /** Absent: clients speak HTTP without TLS. */
  readonly tls?: ListenTls;
}

export interface ListenTls {
  /** The first is for clients that ask for no name, or for one that no certificate is for. */
  readonly identities: readonly [TlsIdentity, ...TlsIdentity[]];
  /** The authorities of client certificates, as PEM; absent: clients are not asked for one. */
  readonly clientCa?: string;
}

export interface AdminConfig extends ListenAddress {
  /** Bearer token; required when the address is not loopback. */
  readonly token?: string;
}

export interface ClientLimits {
  /** From the first byte of a request to the end of its head. */
  readonly headTimeout: number;
  /** Between two reads of a request body, or two writes of an answer that make no progress. */
  readonly bodyTimeout: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestTimeout: number;
  /** How long a kept-alive connection may be silent between requests. */
  readonly idleTimeout: number;
  /** How long a connection that was upgraded to another protocol may be silent. */
  readonly upgradeTimeout: number;
  /** At once, per edge thread. */
  readonly connections: number;
  readonly connectionsBy: ConnectionLimit;
  /** At once, per edge thread and client address; absent: as many as there are. */
  readonly connectionsPerAddress?: number;
  /** After that many requests a connection is closed. */
  readonly requestsPerConnection: number;
  readonly headerBytes: number;
  readonly headerCount: number;
  readonly targetBytes: number;
  /** Addresses and CIDRs of proxies in front, which alone may say for whom they speak; `unix:` is all on a Unix socket. */
  readonly trustedProxies: readonly string[];
  /** Connections of trusted proxies begin with a PROXY protocol header. */
  readonly proxyProtocol: boolean;
}

/** Descriptors that are not for the connections of clients and targets. */
export interface DescriptorConfig {
  /** RLIMIT_NOFILE; absent where it does not matter. */
  readonly limit?: number;
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
}

/** The mirror's settings, and, for a route, the defaults it is laid over. */
export interface MirrorConfig extends RouteMirror {
  readonly enabled: boolean;
  /** Requests copied in a second, by all edge threads together. */
  readonly rate: number | 'none';
  /** How long a copy may take, from its first byte sent to the last byte answered. */
  readonly timeout: number;
  /** How long an exchange is held for its primary. */
  readonly maxDuration: number;
  /** How long a pair may wait for its comparison. */
  readonly backlog: number;
  /** What keeps the copies of one client in the order of its requests. */
  readonly order: OrderKey;
  /** Copies that wait or are under way at once, per edge thread. */
  readonly inFlight: number;
  /** Bytes of requests and answers that the mirror holds at once, per edge thread. */
  readonly buffer: number;
  /** Bytes of each shared-memory ring. */
  readonly tape: number;
  /** Salt of the sticky sampling and of the loop marker; the same on all replicas. */
  readonly salt: string;
  /** Of all copies. */
  readonly headers: HeaderChanges;
}

export interface RouteMirror {
  readonly sample: number;
  readonly sampleBy: SampleKey;
  readonly methods: readonly string[];
  /** Largest request body, and largest answer, that is copied. */
  readonly maxBody: number;
}

export type SampleKey =
  | { readonly by: 'request' }
  | { readonly by: 'header'; readonly name: string }
  | { readonly by: 'cookie'; readonly name: string }
  | { readonly by: 'address' };

/** Requests with one key, one after another, reach the targets of copies one after another. */
export type OrderKey =
  | { readonly by: 'connection' }
  | { readonly by: 'header'; readonly name: string }
  | { readonly by: 'cookie'; readonly name: string }
  | { readonly by: 'none' };

export interface Route {
  readonly name: string;
  readonly match: RouteMatch;
  /** Whether its requests form routes of their own, by method and path. */
  readonly grouped: boolean;
  /** False where the config says `mirror: false` for this route: requests are skipped with reason `route`. */
  readonly mirrored: boolean;
  readonly mirror: RouteMirror;
  readonly compare: CompareConfig;
}

/** How requests are told apart that no configured route does. */
export interface GroupingConfig {
  /** Names at once, besides those that are configured. */
  readonly limit: number;
  /** Those of the configuration first, then those of the OpenAPI file. */
  readonly templates: readonly PathTemplate[];
  readonly operations: readonly OperationPath[];
}

export interface PathTemplate {
  /** Absent: any. */
  readonly method?: string;
  /** Like that of a match, or with parameters as OpenAPI has them: `/reports/{id}.json`. */
  readonly path: string;
}

/** Requests to this path name their operation in that member of their JSON body. */
export interface OperationPath {
  readonly path: string;
  readonly field: string;
}

/** All that are present must match. */
export interface RouteMatch {
  /** Path template: segments are literal, `:name` (one segment) or a final `*` (the rest). */
  readonly path?: string;
  readonly methods?: readonly string[];
  /** Lower case, without port; `*.example.com` matches any subdomain. */
  readonly host?: string;
  /** Name in lower case; without a value the field need only be present. */
  readonly headers?: readonly { readonly name: string; readonly value?: string }[];
}

export interface RedactConfig {
  /** Lower-case header names whose values become tokens, beside the built-in list. */
  readonly headers: readonly string[];
  /** JSON paths in bodies. */
  readonly paths: readonly string[];
  /** Query parameters. */
  readonly query: readonly string[];
  /** Default rules that are off, and names of values that are no secrets. */
  readonly allow: readonly string[];
  /** Key of the tokens, as written or as read from a file; random per store where neither is given. */
  readonly key?: string;
}

/** A line for each request that clients made. */
export interface AccessLogConfig {
  readonly format: 'off' | 'json' | 'common' | 'combined';
  /** Share of the requests that are logged. */
  readonly sample: number;
  /** Absent: standard output. */
  readonly file?: string;
}

export interface StoreConfig {
  /** A file; `:memory:` keeps nothing. */
  readonly path: string;
  readonly retention: { readonly age: number; readonly size: number };
  readonly flushInterval: number;
}
