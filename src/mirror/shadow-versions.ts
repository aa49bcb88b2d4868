import type { Fields, ResponseHead } from '../model/exchange.ts';
import { LONGEST_VERSION, type RehearsalTable, type ServiceRehearsals } from '../model/rehearsal.ts';
import { fieldValue } from '../wire/fields.ts';

export interface ShadowVersionsOptions {
  readonly table: RehearsalTable;
  /**
   * Asks main to make room for a version. The next table lists it, or says that further versions must not be asked for.
   */
  readonly ask: (service: string, version: string) => void;
}

/** Where the version of a service's shadow is read from. */
export interface VersionSource {
  readonly service: string;
  /** The field of its responses, in lower case. */
  readonly header: string;
}

/** Determines the rehearsal of a copy: the one of the version that the shadow's response names, or the present one. */
export class ShadowVersions {
  readonly #ask: ShadowVersionsOptions['ask'];
  #services: ReadonlyMap<string, Service>;

  constructor({ table, ask }: ShadowVersionsOptions) {
    this.#ask = ask;
    this.#services = servicesOf(table);
  }

  update(table: RehearsalTable): void {
    this.#services = servicesOf(table);
  }

  /** The number of a service's present rehearsal. */
  current(service: string): number {
    return this.#services.get(service)!.current;
  }

  /**
   * The number of a copy's rehearsal; undefined until main has answered. `begun`: the rehearsal to use where the
   * response names no version.
   */
  rehearsalOf({ service, header }: VersionSource, shadow: ResponseHead | undefined, begun: number): number | undefined {
    const version = shadow && versionIn(shadow.fields, header);
    if (version === undefined) return begun;
    const { versions, others, asked, current } = this.#services.get(service)!;
    const known = versions.get(version);
    if (known !== undefined) return known;
    if (others === 'current') return current;
    if (!asked.has(version)) {
      asked.add(version);
      this.#ask(service, version);
    }
    return undefined;
  }
}

interface Service extends Omit<ServiceRehearsals, 'versions'> {
  readonly versions: ReadonlyMap<string, number>;
  /** Versions that main was asked for since the last table. */
  readonly asked: Set<string>;
}

function servicesOf(table: RehearsalTable): ReadonlyMap<string, Service> {
  return new Map(
    table.map(({ versions, ...rest }) => [
      rest.service,
      {
        ...rest,
        versions: new Map(versions.map(({ version, rehearsal }) => [version, rehearsal])),
        asked: new Set<string>(),
      },
    ]),
  );
}

/** Undefined where the field is missing, or its value can't be a version. */
function versionIn(fields: Fields, header: string): string | undefined {
  const value = fieldValue(fields, header)?.trim();
  return value !== undefined && /^[\x21-\x7e][\x20-\x7e]*$/.test(value) && value.length <= LONGEST_VERSION
    ? value
    : undefined;
}
