import type { DifferenceKind } from '../model/difference.ts';
import type { ComparedTargets } from './compared-targets.ts';

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

export interface Target {
  /** As written, for people. */
  readonly url: string;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** Of a Unix socket; host and port are then what a Host header says of it. */
  readonly socketPath?: string;
  /** Of an https target, where more is said than its URL. */
  readonly tls?: TargetTls;
  /** What is put before the path of each request; without a slash at its end. */
  readonly prefix?: string;
  /** Absent: the client's Host is kept. */
  readonly hostHeader?: string;
  readonly headers?: HeaderChanges;
  /** What its responses may have that the grammar forbids. */
  readonly lenient: readonly Leniency[];
  /** At once, per edge thread. */
  readonly connections: number;
  readonly connectionsBy: ConnectionLimit;
  readonly timeouts: TargetTimeouts;
}

/** Where a number of connections comes from: the configuration, or the descriptors that the process may have, which allow fewer. */
export type ConnectionLimit = 'configuration' | 'descriptors';

/**
 * White space between a field's name and its colon, or behind the size of a chunk; the same Content-Length more than
 * once.
 */
export type Leniency = 'colon_space' | 'chunk_padding' | 'duplicate_length';

/** Names in lower case. */
export interface HeaderChanges {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export interface TargetTls {
  /** Certificates as PEM, in place of those that Node trusts. */
  readonly ca?: string;
  /** What the target gets to see where it asks for a certificate. */
  readonly identity?: TlsIdentity;
  /** Absent: the host. */
  readonly serverName?: string;
  /** The target's certificate goes unchecked. */
  readonly insecure: boolean;
}

/** As PEM. */
export interface TlsIdentity {
  /** The certificate, and those between it and its root. */
  readonly cert: string;
  readonly key: string;
}

export interface TargetTimeouts {
  readonly connect: number;
  /** From the complete request to the first byte of the answer. */
  readonly firstByte: number;
  /** Between two reads of the answer, or two writes of the request that make no progress. */
  readonly idle: number;
  /** From the start of an exchange to the last byte of request and answer; absent: as long as it makes progress. */
  readonly total?: number;
  /** How long an unused kept-alive connection is held; with 0 none is kept. */
  readonly keepAlive: number;
  /** How old a connection may become that is used again. */
  readonly connectionAge: number;
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

export interface CompareConfig {
  /** Header names in lower case that are not compared: the defaults and the configured ones. */
  readonly ignoreHeaders: readonly string[];
  /** Global rules first, then the route's own. */
  readonly rules: readonly Rule[];
  /** Largest decoded body, in bytes, that is compared structurally. */
  readonly maxDecoded: number;
  /** Milliseconds that the comparison of one pair may take. */
  readonly budget: number;
  /** What the bodies are, whatever their types say. Absent: what these say, and what the bodies look like. */
  readonly format?: BodyFormat;
  /** Absent: protobuf messages are compared by field number. */
  readonly protobuf?: ProtobufConfig;
  /** What a response may say of its target, and of how the target was asked. Absent: nothing is known of them. */
  readonly targets?: ComparedTargets;
}

/** How bodies are read: for the configuration, and for what a media type stands for. */
export const BODY_FORMATS = [
  'json',
  'ndjson',
  'json-seq',
  'event-stream',
  'csv',
  'html',
  'xml',
  'yaml',
  'form',
  'multipart',
  'msgpack',
  'protobuf',
  'grpc',
  'text',
  'binary',
] as const;

export type BodyFormat = (typeof BODY_FORMATS)[number];

export interface ProtobufConfig {
  readonly descriptors: DescriptorSet;
  /** The full name of the message type of the answers, where neither they nor a gRPC method tell it. */
  readonly message?: string;
}

/** A FileDescriptorSet that was read along with the configuration. Routes with the same file share one object. */
export interface DescriptorSet {
  readonly file: string;
  readonly base64: string;
}

/** One accepted or re-interpreted difference. It is about a `path` or a `header`, or else about the status. */
export interface Rule {
  readonly path?: string;
  /** In lower case. */
  readonly header?: string;
  /** Absent: the whole header. */
  readonly part?: HeaderPart;
  readonly does: RuleEffect;
  readonly reason?: string;
  readonly owner?: string;
  /** Milliseconds since 1970, the end of that day in UTC; from then on the rule no longer applies. */
  readonly until?: number;
  /** `file:line` or `flag`, for warnings. */
  readonly origin: string;
}

/** `set-cookie[sid].path`, `cache-control[max-age]`. */
export interface HeaderPart {
  /** Of a cookie, where case matters, or `*` for all cookies; of a parameter, in any case. */
  readonly name: string;
  /** Of a cookie, in lower case; absent: its value. */
  readonly attribute?: string;
}

export type RuleEffect =
  /** Whatever differs there, and below; or, at the place itself, differences of these kinds alone. */
  | { readonly kind: 'ignore'; readonly only?: readonly IgnorableKind[] }
  /** Numbers may differ by this much: an absolute amount, or a share of the left value. */
  | { readonly kind: 'tolerance'; readonly amount: number; readonly relative: boolean }
  /** Points in time may be apart by this many milliseconds. */
  | { readonly kind: 'time'; readonly amount: number }
  /** Values may differ as long as both are of this class. */
  | { readonly kind: 'class'; readonly class: ValueClass }
  /** URLs may differ in these parts. */
  | { readonly kind: 'url'; readonly except: readonly UrlPart[] }
  /** Texts may differ in what this regular expression (RE2 syntax) matches. */
  | { readonly kind: 'mask'; readonly pattern: string }
  /** The status may be this one of the primary and that one of the shadow: `500`, or `5xx` for a whole class. */
  | { readonly kind: 'status'; readonly primary: string; readonly shadow: string }
  /** Values may differ as long as this regular expression (RE2 syntax) matches the whole text of both. */
  | { readonly kind: 'matches'; readonly pattern: string }
  /** Values may differ as long as both are among these texts; a number is any way to write it. */
  | { readonly kind: 'one_of'; readonly values: readonly string[] }
  /** The order of elements does not matter. */
  | { readonly kind: 'unordered' }
  /** Array elements are matched by this member. */
  | { readonly kind: 'key'; readonly key: string }
  /** Missing, `null`, `""`, `[]` and `{}` are the same. */
  | { readonly kind: 'empty' }
  /** Upper and lower case are the same. */
  | { readonly kind: 'case' }
  /** Texts that are the same after Unicode normalization (NFC) are the same. */
  | { readonly kind: 'unicode' }
  /** Members that the shadow alone has are fine. */
  | { readonly kind: 'subset' }
  /** The member (or header) has this name in the shadow. */
  | { readonly kind: 'rename'; readonly to: string }
  /** Strings that hold a JSON object or array are compared by what they hold. */
  | { readonly kind: 'embedded' }
  /** One side begins with a byte order mark, or with another one. */
  | { readonly kind: 'byte_order_mark' }
  /** One side names the charset that holds anyway. */
  | { readonly kind: 'charset' };

/** The kinds of difference that can be accepted whatever the values are; those of order and form have effects of their own. */
export const IGNORABLE_KINDS = [
  'added',
  'removed',
  'value',
  'type',
  'duplicate_key',
  'encoding',
  'bytes',
] as const satisfies readonly DifferenceKind[];

export type IgnorableKind = (typeof IGNORABLE_KINDS)[number];

/** `any` is any value, but there must be one on both sides; `token` is opaque: no spaces, eight characters at least. */
export type ValueClass = 'uuid' | 'timestamp' | 'number' | 'string' | 'url' | 'ip' | 'token' | 'any';

/** `origin` is scheme, host and port; `signature` are the parameters that sign a URL. */
export type UrlPart =
  | 'origin'
  | 'scheme'
  | 'userinfo'
  | 'host'
  | 'port'
  | 'path'
  | 'query'
  | 'signature'
  | `query.${string}`
  | 'fragment';

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
