/** What the rehearsal of one released service needs to know. */

/** What a version is installed from; all of it pinned. */
export type Packages =
  | {
      readonly from: 'npm';
      readonly packages: Readonly<Record<string, string>>;
      /** Versions for dependencies of the packages, where what they ask for is not to be had. */
      readonly overrides?: Readonly<Record<string, string>>;
    }
  | { readonly from: 'pypi'; readonly requirements: readonly string[] }
  | { readonly from: 'go'; readonly module: string; readonly version: string };

/** A command that runs until it is ended. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One of the two versions. */
export interface Edition {
  readonly version: string;
  readonly packages: Packages;
  /**
   * How it is started on this port of 127.0.0.1. `installed`: where its packages are; `folder`: one of its own, empty,
   * to keep data in.
   */
  start(place: Place): Promise<Command> | Command;
}

export interface Place {
  readonly installed: string;
  readonly folder: string;
  readonly port: number;
}

export interface Visit {
  /** Understudy's: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Where the packages of the client are, if it has any. */
  readonly installed: string;
  /** An empty folder for the client. */
  readonly folder: string;
}

/** A cause, as a person would count them, and the places at which it shows. */
export interface Cause {
  readonly cause: string;
  /** `kind path`, as the report names them; a trailing `*` stands for every path that begins so. */
  readonly places: readonly string[];
}

export interface Service {
  readonly name: string;
  readonly about: string;
  readonly primary: Edition;
  readonly shadow: Edition;
  /** Packages of the client that drives both, where it needs any. */
  readonly client?: Packages;
  /** What is said to Understudy, beside the targets. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Drives the service as its users do. Resolves when everything has been asked. */
  drive(visit: Visit): Promise<void>;
  /** What the report must show, and nothing else: found by asking both versions directly and reading their changes. */
  readonly expected: readonly Cause[];
}
