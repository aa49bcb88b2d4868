import type { Endpoint } from './address.ts';
import type { Options } from './options.ts';

type Written = Options['primary'];

/** A target as the threads see it. What is not told here is as the option of that name says. */
export interface Target extends Endpoint, Omit<Written, 'url' | 'host' | 'tls' | 'connections'> {
  /** Of an https target, where more is said than its URL. */
  readonly tls?: TargetTls;
  /** Absent: the client's Host is kept. */
  readonly hostHeader?: string;
  /** At once, per edge thread. */
  readonly connections: number;
  readonly connectionsBy: ConnectionLimit;
}

/** The version under test, and how its version is known. */
export type ShadowTarget = Target & Pick<Options['shadow'], 'version' | 'versionFrom'>;

/** Where a number of connections comes from: the configuration, or the descriptors that the process may have, which allow fewer. */
export type ConnectionLimit = 'configuration' | 'descriptors';

export type Leniency = Written['lenient'][number];

/** Names in lower case. */
export type HeaderChanges = Written['headers'];

export type TargetTimeouts = Written['timeouts'];

/** With the content of the files that are named. */
export interface TargetTls extends Omit<NonNullable<Written['tls']>, 'ca' | 'cert' | 'key'> {
  /** Certificates as PEM, in place of those that Node trusts. */
  readonly ca?: string;
  /** What the target gets to see where it asks for a certificate. */
  readonly identity?: TlsIdentity;
}

/** As PEM. */
export interface TlsIdentity {
  /** The certificate, and those between it and its root. */
  readonly cert: string;
  readonly key: string;
}
