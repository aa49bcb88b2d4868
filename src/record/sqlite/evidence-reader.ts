import type { DatabaseSync } from 'node:sqlite';
import { placeKey } from '../../compare/collapse.ts';
import type { DifferenceKind, Place } from '../../model/difference.ts';
import type { BlockClock, Check, RouteEvidence, Signs, Test } from '../../model/route-evidence.ts';
import type { Scope } from '../../model/store-reader.ts';
import type { VerdictSettings } from '../../model/verdict-settings.ts';
import { NO_BLOCK } from '../../verdict/block-clock.ts';
import { mergedClock, mergedSigns } from '../../verdict/merging.ts';
import { closed } from '../../verdict/signs.ts';
import { IN_SCOPE, Scopes } from './scopes.ts';

/** Reads what `EvidenceWriter` wrote. Routes that turned out to be one are one. */
export class EvidenceReader {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #scopes: Scopes;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
    this.#scopes = new Scopes(db);
  }

  of(scope?: Scope): RouteEvidence[] {
    const { rehearsals } = this.#scopes.of(scope);
    const routes = new Map<string, Gathered>();
    for (const row of this.#statements.routes.all({ rehearsals }) as unknown as StoredRoute[]) {
      const clock = JSON.parse(row.clock) as BlockClock;
      const known = routes.get(row.name) ?? { clock: NO_BLOCK, mismatches: 0, tests: new Map(), parts: new Map() };
      known.parts.set(`${row.rehearsal} ${row.route}`, clock);
      routes.set(row.name, {
        ...known,
        clock: mergedClock(known.clock, clock),
        mismatches: known.mismatches + row.mismatches,
      });
    }
    for (const row of this.#statements.tests.all({ rehearsals }) as unknown as StoredTest[]) {
      const route = routes.get(row.name);
      if (route !== undefined) addTest(route, row);
    }
    const accepted = this.#accepted(rehearsals);
    return [...routes].map(([route, { clock, mismatches, tests }]) => ({
      route,
      clock,
      mismatches,
      accepted: Math.min(accepted.get(route) ?? 0, mismatches),
      tests: [...tests.values()],
    }));
  }

  settings(): VerdictSettings | undefined {
    const row = this.#statements.settings.get() as { value: Uint8Array } | undefined;
    return row && JSON.parse(Buffer.from(row.value).toString());
  }

  /** Mismatches at nothing but places that a rule accepts since, by route. */
  #accepted(rehearsals: string): Map<string, number> {
    const since = new Map<string, number>();
    for (const row of this.#statements.accepted.all({ rehearsals }) as unknown as AcceptedPlace[])
      since.set(JSON.stringify([row.name, placeKey(row)]), row.since);
    const counts = new Map<string, number>();
    if (since.size === 0) return counts;
    for (const row of this.#statements.mismatches.all({ rehearsals }) as unknown as StoredMismatch[]) {
      const places = JSON.parse(row.places) as Place[];
      const isOver = (place: Place) =>
        (since.get(JSON.stringify([row.name, placeKey(place)])) ?? Number.NEGATIVE_INFINITY) >= row.lastSeen;
      if (places.length > 0 && places.every(isOver)) counts.set(row.name, (counts.get(row.name) ?? 0) + row.count);
    }
    return counts;
  }
}

interface Gathered {
  readonly clock: BlockClock;
  readonly mismatches: number;
  readonly tests: Map<string, Test>;
  /** The clocks of the routes that it is made of. */
  readonly parts: Map<string, BlockClock>;
}

function addTest({ tests, parts }: Gathered, row: StoredTest): void {
  const clock = parts.get(`${row.rehearsal} ${row.route}`);
  if (clock === undefined) return;
  const { check, path, kind, rank } = row;
  const signs = closed(JSON.parse(row.signs) as Signs, clock);
  const key = JSON.stringify([check, path, kind]);
  const known = tests.get(key);
  tests.set(key, {
    check,
    ...(path !== '' && { place: { path, kind } }),
    rank: Math.min(rank, known?.rank ?? rank),
    signs: known === undefined ? signs : mergedSigns(known.signs, signs),
  });
}

interface StoredRoute {
  readonly rehearsal: number;
  readonly route: number;
  readonly name: string;
  readonly clock: string;
  readonly mismatches: number;
}

interface StoredTest {
  readonly rehearsal: number;
  readonly route: number;
  readonly name: string;
  readonly check: Check;
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly rank: number;
  readonly signs: string;
}

interface AcceptedPlace extends Place {
  readonly name: string;
  readonly since: number;
}

interface StoredMismatch {
  readonly name: string;
  /** As JSON. */
  readonly places: string;
  readonly lastSeen: number;
  readonly count: number;
}

function prepareStatements(db: DatabaseSync) {
  const named = 'JOIN named ON named.id = route';
  return {
    settings: db.prepare("SELECT value FROM meta WHERE name = 'verdict'"),
    routes: db.prepare(`
      SELECT rehearsal, route, name, clock, mismatches FROM judged_route ${named} WHERE ${IN_SCOPE} ORDER BY route`),
    tests: db.prepare(`
      SELECT rehearsal, route, name, check_name AS "check", path, kind, rank, signs FROM test ${named}
      WHERE ${IN_SCOPE} ORDER BY rank`),
    accepted: db.prepare(`SELECT name, path, kind, since FROM accepted_place ${named} WHERE ${IN_SCOPE}`),
    mismatches: db.prepare(`
      SELECT name, places, last_seen AS lastSeen, (SELECT coalesce(sum(count), 0) FROM occurrence
        WHERE occurrence.rehearsal = signature.rehearsal AND span = 60 AND occurrence.signature = signature.id) AS count
      FROM signature ${named} WHERE ${IN_SCOPE} AND ending = 'mismatch'`),
  };
}
