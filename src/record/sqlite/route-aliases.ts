import type { DatabaseSync } from 'node:sqlite';
import { signatureId } from '../../compare/signature.ts';
import { OTHER_PLACES, type Place } from '../../model/difference.ts';
import type { SignatureRow } from '../../model/finding.ts';
import type { Ending } from '../../model/outcome.ts';
import type { Renaming } from '../store.ts';

/**
 * The routes, and which of them turned out to be others. Such routes stay as they were recorded, and are read under
 * the name of the other. An alias always leads to a route that is not an alias itself, so that one step resolves it.
 */
export class RouteAliases {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  /** The row to record under: the route with this name, or, if there is none any more, its alias. */
  idOf(service: string, name: string): number {
    const { own, alias, add } = this.#statements;
    const key = { service, name };
    const known = own.get(key) ?? alias.get(key) ?? add.get(key);
    return (known as { id: number }).id;
  }

  /** Everything recorded under one name, now or later, belongs to the other. */
  rename({ service, from, to }: Renaming): void {
    const { own, alias, add, redirect } = this.#statements;
    const target = this.reclaim(service, to);
    const key = { service, name: from };
    const before = (own.get(key) ?? alias.get(key)) as { id: number; alias: number | null } | undefined;
    if (before?.id === target || before?.alias === target) return;
    // What an alias of a third route has stays with that route.
    const source = before?.alias === null ? before.id : (add.get(key) as { id: number }).id;
    redirect.run({ source, target });
  }

  /** The row of a route whose name is its own again. What was recorded under it as an alias stays with the other. */
  reclaim(service: string, name: string): number {
    const { own, add } = this.#statements;
    const key = { service, name };
    return ((own.get(key) ?? add.get(key)) as { id: number }).id;
  }
}

function prepareStatements(db: DatabaseSync) {
  const names = 'service = :service AND name = :name';
  return {
    own: db.prepare(`SELECT id, alias FROM route WHERE ${names} AND alias IS NULL`),
    alias: db.prepare(`SELECT id, alias FROM route WHERE ${names} AND alias IS NOT NULL ORDER BY id DESC LIMIT 1`),
    add: db.prepare('INSERT INTO route (service, name) VALUES (:service, :name) RETURNING id'),
    redirect: db.prepare('UPDATE route SET alias = :target WHERE id = :source OR alias = :source'),
  };
}

/** The id of a signature under the present name of its route; needs `signature` and `named` joined. */
export const NAMED_ID = `
  CASE WHEN named.alias IS NULL THEN signature.id
  ELSE named_id(signature.id, named.name, ending, primary_status, shadow_status, places) END`;

/** Signatures with this id. Few routes are aliases. */
export const WITH_NAMED_ID = `(signature.id = :id OR signature.route IN (SELECT id FROM route WHERE alias IS NOT NULL)) AND ${NAMED_ID} = :id`;

/**
 * Adds `namedId` to a database, as the function `named_id(id, route, ending, primary_status, shadow_status, places)`.
 */
export function addNamedId(db: DatabaseSync): void {
  db.function('named_id', { deterministic: true }, (id, route, ending, primaryStatus, shadowStatus, places) =>
    namedId(String(id), {
      route: String(route),
      ending: ending as Ending,
      primaryStatus: Number(primaryStatus),
      shadowStatus: Number(shadowStatus),
      places: JSON.parse(String(places)) as Place[],
    }),
  );
}

/**
 * The id that a signature would have if its route had always had this name; or its own id, if it does not name all its
 * places.
 */
export function namedId(
  id: string,
  of: Pick<SignatureRow, 'route' | 'ending' | 'primaryStatus' | 'shadowStatus' | 'places'>,
): string {
  const { route, ending, primaryStatus, shadowStatus, places } = of;
  const isWhole = places.length === 1 || places.at(-1)?.path !== OTHER_PLACES.path;
  return isWhole ? signatureId(route, ending, primaryStatus, shadowStatus, places) : id;
}
