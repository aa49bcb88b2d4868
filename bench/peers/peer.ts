/** A proxy under test, in one configuration. */
export interface Peer {
  readonly name: string;
  /** Whether it sends a copy of every request to the shadow. */
  readonly mirrors: boolean;
  /** Whether its clients can speak TLS to it, as set up here. */
  readonly speaksTls: boolean;
  /** How to get it; absent where it comes with this project. */
  readonly install?: string;
  /** Which version this machine has; undefined where it has none. */
  version(): string | undefined;
  /** Starts it on the site's cores; resolves when it serves requests. */
  start(site: Site): Promise<RunningPeer>;
}

/** Where a proxy finds its targets (ports of 127.0.0.1), a folder for its files, and what it runs on. */
export interface Site {
  readonly primary: number;
  readonly shadow: number;
  readonly folder: string;
  /** One worker is started for each. */
  readonly cores: readonly number[];
  /** With it, clients speak TLS to the proxy. */
  readonly tls?: Identity;
}

/** Names of PEM files. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface RunningPeer {
  readonly pid: number;
  /** The port of 127.0.0.1 that clients use. */
  readonly port: number;
  /** What became of the copies so far, by the proxy's own account, where it keeps one. */
  outcomes?(): Promise<ReadonlyMap<string, number>>;
  /** The mismatches in its store. */
  recorded?(): Promise<number>;
  stop(): Promise<void>;
}
