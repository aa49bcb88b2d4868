import { type Rehearsal, rehearsalId } from '../model/rehearsal.ts';

export interface RehearsalBookOptions {
  /** The rehearsals in the store; absent if it can't be asked. */
  readonly known?: readonly Rehearsal[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Makes the id of a new rehearsal whose service has already had one of the same version. */
  readonly newId: () => string;
}

/** How a new rehearsal is described. */
export interface Beginning {
  readonly version?: string;
  readonly label?: string;
}

/**
 * Main's list of rehearsals, with the present one of each service. A version that was there before gets its latest
 * rehearsal back.
 */
export class RehearsalBook {
  readonly #options: RehearsalBookOptions;
  readonly #all = new Map<string, Rehearsal>();
  /** Ids by service. */
  readonly #present = new Map<string, string>();

  constructor(options: RehearsalBookOptions) {
    this.#options = options;
    for (const rehearsal of options.known ?? []) this.#all.set(rehearsal.id, rehearsal);
  }

  /** The present rehearsal of a service; if there is none yet, its latest one, of any version. */
  present(service: string): Rehearsal {
    const id = this.#present.get(service) ?? this.#latest(service)?.id ?? this.#add(service, {}).id;
    this.#present.set(service, id);
    return this.#all.get(id)!;
  }

  /** The latest rehearsal of a service with this version, or without one. */
  find(service: string, version: string | undefined): Rehearsal | undefined {
    return this.#latest(service, (rehearsal) => rehearsal.version === version);
  }

  /** Begins a new rehearsal, even if the version had one before. */
  begin(service: string, beginning: Beginning): Rehearsal {
    return this.#add(service, beginning);
  }

  /** Returns the rehearsal as it is afterwards. */
  makePresent({ id, service }: Rehearsal): Rehearsal {
    const rehearsal = this.#all.get(id)!;
    const others = this.#ofService(service).filter((each) => each.id !== id);
    // No two rehearsals became present at the same moment.
    const last = Math.max(-1, ...others.map(({ presentSince }) => presentSince));
    const isLatest = rehearsal.presentSince > last;
    const present = isLatest ? rehearsal : { ...rehearsal, presentSince: Math.max(this.#options.now(), last + 1) };
    this.#all.set(id, present);
    this.#present.set(service, id);
    return present;
  }

  /** The rehearsals to store: those with results, and present ones that somebody or something named. */
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
