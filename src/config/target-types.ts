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
