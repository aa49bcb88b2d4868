import { type Rehearsal, rehearsalId } from '../model/rehearsal.ts';

export interface RehearsalBookOptions {
  /** What the store has; nothing where it can't be asked. */
  readonly known?: readonly Rehearsal[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Makes the id of a rehearsal that begins though its service has had one of the same version. */
  readonly newId: () => string;
}

/** What a rehearsal is begun with. */
export interface Beginning {
  readonly version?: string;
  readonly label?: string;
}

/**
 * Main's list of rehearsals: which there are, and which is each service's present one. A version that was known before
 * is found again, in its latest rehearsal.
 */
export class RehearsalBook {
  readonly #options: RehearsalBookOptions;
  readonly #all = new Map<string, Rehearsal>();
  /** Ids, by service. */
  readonly #present = new Map<string, string>();

  constructor(options: RehearsalBookOptions) {
    this.#options = options;
    for (const rehearsal of options.known ?? []) this.#all.set(rehearsal.id, rehearsal);
  }

  /** A service's present one. One that has none yet goes on with the one that it had last, of whatever version. */
  present(service: string): Rehearsal {
    const id = this.#present.get(service) ?? this.#latest(service)?.id ?? this.#add(service, {}).id;
    this.#present.set(service, id);
    return this.#all.get(id)!;
  }

  /** The latest that a service had of a version, or of none. */
  find(service: string, version: string | undefined): Rehearsal | undefined {
    return this.#latest(service, (rehearsal) => rehearsal.version === version);
  }

  /** Begins one, whether or not there was one of the version. */
  begin(service: string, beginning: Beginning): Rehearsal {
    return this.#add(service, beginning);
  }

  /** Returns it as it is then. */
  makePresent({ id, service }: Rehearsal): Rehearsal {
    const rehearsal = this.#all.get(id)!;
    const others = this.#ofService(service).filter((each) => each.id !== id);
    // No two became it at one moment.
    const last = Math.max(-1, ...others.map(({ presentSince }) => presentSince));
    const isLatest = rehearsal.presentSince > last;
    const present = isLatest ? rehearsal : { ...rehearsal, presentSince: Math.max(this.#options.now(), last + 1) };
    this.#all.set(id, present);
    this.#present.set(service, id);
    return present;
  }

  /** What goes into the store: those that results are of, and each present one that somebody or something has named. */
  toRecord(ids: ReadonlySet<string>): readonly Rehearsal[] {
    const present = new Set(this.#present.values());
    return [...this.#all.values()].filter(
      ({ id, service }) => ids.has(id) || (present.has(id) && id !== rehearsalId(service)),
    );
  }

  #latest(service: string, which: (rehearsal: Rehearsal) => boolean = () => true): Rehearsal | undefined {
    return this.#ofService(service)
      .filter(which)
      .reduce<Rehearsal | undefined>(
        (latest, each) => (latest === undefined || each.presentSince >= latest.presentSince ? each : latest),
        undefined,
      );
  }

  #ofService(name: string): readonly Rehearsal[] {
    return [...this.#all.values()].filter(({ service }) => service === name);
  }

  #add(service: string, beginning: Beginning): Rehearsal {
    const own = rehearsalId(service, beginning.version);
    const id = this.#all.has(own) || beginning.label !== undefined ? this.#options.newId() : own;
    const begunAt = this.#options.now();
    const rehearsal = { id, service, ...beginning, begunAt, presentSince: begunAt };
    this.#all.set(id, rehearsal);
    return rehearsal;
  }
}
