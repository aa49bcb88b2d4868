import type { DatabaseSync } from 'node:sqlite';
import type { DifferenceKind } from '../../model/difference.ts';
import type { BlockClock, Check, Disregard, RouteEvidence, Signs, Test } from '../../model/route-evidence.ts';
import type { Scope } from '../../model/store-reader.ts';
import type { VerdictSettings } from '../../model/verdict-settings.ts';
import { NO_BLOCK } from '../../verdict/block-clock.ts';
import { mergedClock, mergedSigns } from '../../verdict/merging.ts';
import { closed } from '../../verdict/signs.ts';
import { disregard } from '../disregard.ts';
import { isOfSignature, readClock } from './evidence-writer.ts';
import { rowsOf } from './rows.ts';
import { IN_SCOPE, Scopes } from './scopes.ts';
import { SignatureCounting, type SignatureCounts } from './signature-counting.ts';
import type { SignatureRows } from './signature-rows.ts';

/** Reads what `EvidenceWriter` wrote. Routes that turned out to be the same are merged. */
export class EvidenceReader {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #scopes: Scopes;
  readonly #signatures: SignatureCounting;

  constructor(db: DatabaseSync, signatures: SignatureRows) {
    this.#statements = prepareStatements(db);
    this.#scopes = new Scopes(db);
    this.#signatures = new SignatureCounting(db, signatures);
  }

  of(scope?: Scope, disregarding: Disregard = {}): RouteEvidence[] {
    const { ids, rehearsals } = this.#scopes.of(scope);
    const routes = new Map<string, Gathered>();
    for (const row of rowsOf<StoredRoute>(this.#statements.routes, { rehearsals })) {
      const clock = readClock(row.clock);
      const known = routes.get(row.name) ?? { clock: NO_BLOCK, mismatches: 0, tests: new Map(), parts: new Map() };
      known.parts.set(`${row.rehearsal} ${row.route}`, clock);
      routes.set(row.name, {
        ...known,
        clock: mergedClock(known.clock, clock),
        mismatches: known.mismatches + row.mismatches,
      });
    }
    const signatures = this.#signatures.in(ids, disregarding.expectedAt);
    for (const row of rowsOf<StoredTest>(this.#statements.tests, { rehearsals })) {
      const route = routes.get(row.name);
      if (route !== undefined) addTest(route, row, signatures);
    }
    const baseline = this.#signatures.placesOf(disregarding.baseline);
    return [...routes].map(([route, { clock, mismatches, tests }]) => {
      const known = baseline.get(route) ?? new Set();
      const counted = disregard([...tests.values()], signatures.byRoute.get(route) ?? [], known);
      return { route, clock, mismatches, ...counted, accepted: Math.min(counted.accepted, mismatches) };
    });
  }

  settings(): VerdictSettings | undefined {
    const row = this.#statements.settings.get() as { value: Uint8Array } | undefined;
    return row && JSON.parse(Buffer.from(row.value).toString());
  }
}

interface Gathered {
  readonly clock: BlockClock;
  readonly mismatches: number;
  readonly tests: Map<string, Test>;
  /** The clocks of the routes that were merged. */
  readonly parts: Map<string, BlockClock>;
}

function addTest({ tests, parts }: Gathered, row: StoredTest, { named }: SignatureCounts): void {
  const clock = parts.get(`${row.rehearsal} ${row.route}`);
  if (clock === undefined) return;
  const { check, path, kind, rank } = row;
  const signature = isOfSignature(row) ? named(row.rehearsal, path) : undefined;
  const key = JSON.stringify([check, signature ?? path, kind]);
  const known = tests.get(key);
  const signs = closed(JSON.parse(row.signs) as Signs, clock);
  tests.set(key, {
    check,
    ...(kind !== '' && { place: { path, kind } }),
    ...(signature !== undefined && { signature }),
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
  readonly kind: DifferenceKind | '';
  readonly rank: number;
  readonly signs: string;
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
  };
}
