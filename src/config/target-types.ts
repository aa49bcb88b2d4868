import type { Endpoint } from './address.ts';
import type { Options } from './options.ts';

type Written = Options['primary'];

/** A target as the threads see it. Members without a comment are explained at the option of the same name. */
export interface Target extends Endpoint, Omit<Written, 'url' | 'host' | 'tls' | 'connections'> {
  /** For an https target with more settings than its URL. */
  readonly tls?: TargetTls;
  /** Absent: the client's Host is kept. */
  readonly hostHeader?: string;
  /** Open at once, per edge thread. */
  readonly connections: number;
  readonly connectionsBy: ConnectionLimit;
}

/** The version under test, and how its version is known. */
export type ShadowTarget = Target & Pick<Options['shadow'], 'version' | 'versionFrom'>;

/** What sets a number of connections: the configuration, or a lower limit of descriptors of the process. */
export type ConnectionLimit = 'configuration' | 'descriptors';

export type Leniency = Written['lenient'][number];

/** Names in lower case. */
export type HeaderChanges = Written['headers'];

export type TargetTimeouts = Written['timeouts'];

/** With the content of the named files. */
export interface TargetTls extends Omit<NonNullable<Written['tls']>, 'ca' | 'cert' | 'key'> {
  /** Certificates as PEM, in place of those that Node trusts. */
  readonly ca?: string;
  /** The certificate that is sent if the target asks for one. */
  readonly identity?: TlsIdentity;
}

/** As PEM. */
export interface TlsIdentity {
  /** The certificate and its intermediate certificates. */
  readonly cert: string;
  readonly key: string;
}
