import type { Config } from '../config/types.ts';
import { MAX_ROUTES } from '../metrics/layout.ts';

/**
 * Gives every route name a row in the ledgers, for as long as the process lives: a route that a reload takes away and
 * another brings back goes on where it was.
 */
export class RouteTable {
  readonly #rows = new Map<string, number>();
  readonly #names: string[] = [];

  /** Names by row. Grows in place. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The rows of a configuration's routes. When all rows are taken, new routes are counted as the last of them. */
  rowsOf(config: Config): number[] {
    return config.routes.map(({ name }) => this.#row(name));
  }

  #row(name: string): number {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    if (this.#names.length === MAX_ROUTES) return MAX_ROUTES - 1;
    this.#rows.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }
}
