import type { DatabaseSync } from 'node:sqlite';
import { signatureId } from '../../compare/signature.ts';
import { OTHER_PLACES } from '../../findings/gathering.ts';
import type { Place } from '../../model/difference.ts';
import type { Ending } from '../../model/outcome.ts';
import type { Renaming } from '../store.ts';

/**
 * The routes, and which of them turned out to be others. Those stay as they were recorded, and are read under the name
 * of the other. An alias is of a route that is none itself, so that one look finds it.
 */
export class RouteAliases {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  /** The row to record under: of the route with that name, or, where there is none any more, of an alias. */
  idOf(service: string, name: string): number {
    const { own, alias, add } = this.#statements;
    const key = { service, name };
    const known = own.get(key) ?? alias.get(key) ?? add.get(key);
    return (known as { id: number }).id;
  }

  /** What was ever recorded under one name, and what will be, is from now on the other's. */
  rename({ service, from, to }: Renaming): void {
    const { own, alias, add, redirect } = this.#statements;
    const target = this.reclaim(service, to);
    const key = { service, name: from };
    const before = (own.get(key) ?? alias.get(key)) as { id: number; alias: number | null } | undefined;
    if (before?.id === target || before?.alias === target) return;
    // What an alias of a third route has stays that one's.
    const source = before?.alias === null ? before.id : (add.get(key) as { id: number }).id;
    redirect.run({ source, target });
  }

  /** The row of a route whose name is its own again: what was recorded under it while it was another's stays the other's. */
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

/** The id that a signature has under the name that its route has now, `signature` and `named` joined. */
export const NAMED_ID = `
  CASE WHEN named.alias IS NULL THEN signature.id
  ELSE named_id(signature.id, named.name, ending, primary_status, shadow_status, places) END`;

/** Signatures with that id; few routes are aliases. */
export const WITH_NAMED_ID = `(signature.id = :id OR signature.route IN (SELECT id FROM route WHERE alias IS NOT NULL)) AND ${NAMED_ID} = :id`;

/**
 * Makes `named_id(id, route, ending, primary_status, shadow_status, places)` known to a database: the id that a signature
 * would have had, if its route had always been called so; its own, where it does not name all its places.
 */
export function addNamedId(db: DatabaseSync): void {
  db.function('named_id', { deterministic: true }, (id, route, ending, primaryStatus, shadowStatus, places) => {
    const named = JSON.parse(String(places)) as Place[];
    const isWhole = named.length === 1 || named.at(-1)?.path !== OTHER_PLACES.path;
    if (!isWhole) return id!;
    return signatureId(String(route), ending as Ending, Number(primaryStatus), Number(shadowStatus), named);
  });
}
