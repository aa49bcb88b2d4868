import type { DatabaseSync } from 'node:sqlite';
import { OTHER_PLACES } from '../../findings/gathering.ts';
import type { Place } from '../../model/difference.ts';
import type { Evidence, SignatureFinding } from '../../model/finding.ts';
import type { Ending } from '../../model/outcome.ts';
import type { SignCounts } from '../../model/pair-signs.ts';
import type { BlockClock, Check, Signs } from '../../model/route-evidence.ts';
import { FAMILIES } from '../../verdict/alarm.ts';
import { advanced, NO_BLOCK } from '../../verdict/block-clock.ts';
import { addSigns, noSigns } from '../../verdict/signs.ts';
import type { Increment } from '../increment.ts';

/** What one flush tells of one route of a rehearsal. */
export interface RouteFlush {
  readonly increments: Pick<Increment, 'endings' | 'signs' | 'sketches'>[];
  readonly evidence: Evidence[];
  readonly signatures: SignatureFinding[];
}

/** Endings of exchanges in which the shadow was asked, and shadow and primary were held against each other. */
const COMPARED: ReadonlySet<Ending> = new Set<Ending>([
  'match',
  'noise',
  'accepted',
  'mismatch',
  'shadow_timeout',
  'shadow_unreachable',
  'shadow_reset',
  'shadow_invalid',
]);

/** Tests of one family in a rehearsal. Further places are tested together. */
const MOST_TESTS = 5_000;

/** Brings the evidence of the verdict forward. Who calls takes care of the transaction. */
export class EvidenceWriter {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  add(rehearsal: number, route: number, flush: RouteFlush, at: number): void {
    const key = { rehearsal, route };
    const known = this.#statements.route.get(key) as StoredRoute | undefined;
    const exchanges = countOf(flush, (ending) => COMPARED.has(ending));
    const before = known === undefined ? NO_BLOCK : (JSON.parse(known.clock) as BlockClock);
    const clock = exchanges === 0 ? before : advanced(before, at, exchanges);
    // A control that once was there may fail; what is usual is not forgotten with that.
    const controlled = known?.controlled === 1 || hasControl(flush);
    const mismatches = countOf(flush, (ending) => ending === 'mismatch');
    this.#statements.setRoute.run({
      ...key,
      clock: JSON.stringify(clock),
      controlled: Number(controlled),
      mismatches,
      at,
    });
    this.#accept({ ...key, at }, flush.signatures);
    for (const { check, place, counts } of testsOf(flush, controlled)) {
      if (counts.worse + counts.better === 0) continue;
      this.#addTo({ ...key, ...keyOf(check, place) }, { before, clock, counts, at });
    }
  }

  /** The rules are others: what was known of the places that the old ones accepted in part is of no use. */
  onRules(): void {
    for (const statement of this.#statements.restart) statement.run();
  }

  #addTo(key: TestKey, increment: { before: BlockClock; clock: BlockClock; counts: SignCounts; at: number }): void {
    const { before, clock, counts, at } = increment;
    const { test, ranks, setTest } = this.#statements;
    const known = test.get(key) as { rank: number; signs: string } | undefined;
    const family = FAMILIES[key.check];
    const last = known ?? (ranks.get({ rehearsal: key.rehearsal, family }) as { rank: number } | undefined);
    const taken = last?.rank ?? 0;
    if (known === undefined && taken >= MOST_TESTS && key.path !== OTHER_PLACES.path) {
      this.#addTo({ ...key, ...OTHER_PLACES }, increment);
      return;
    }
    const signs = known === undefined ? noSigns(this.#since(key, before)) : (JSON.parse(known.signs) as Signs);
    const rank = known?.rank ?? taken + 1;
    setTest.run({ ...key, family, rank, signs: JSON.stringify(addSigns(signs, clock, counts)), at });
  }

  /** All that was compared before counts as well, unless a rule has changed what is a difference there. */
  #since({ rehearsal, route, path, kind }: TestKey, before: BlockClock): BlockClock {
    return this.#statements.isAccepted.get({ rehearsal, route, path, kind }) === undefined ? NO_BLOCK : before;
  }

  /** A place where a rule accepts something begins anew: what was known of it was of before the rule. */
  #accept(key: { rehearsal: number; route: number; at: number }, signatures: readonly SignatureFinding[]): void {
    const { at, ...of } = key;
    for (const { path, kind } of signatures
      .filter(({ ending }) => ending === 'accepted')
      .flatMap(({ places }) => places)) {
      const place = { ...of, path, kind };
      if (this.#statements.accept.run({ ...place, at }).changes > 0) this.#statements.forget.run(place);
      else this.#statements.acceptAgain.run({ ...place, at });
    }
  }
}

type TestKey = {
  readonly rehearsal: number;
  readonly route: number;
  readonly check: Check;
  readonly path: string;
  readonly kind: string;
};

function countOf({ increments }: RouteFlush, wanted: (ending: Ending) => boolean): number {
  const endings = increments.flatMap((increment) => increment.endings);
  return endings.reduce((sum, { ending, count }) => sum + (wanted(ending) ? count : 0), 0);
}

function hasControl({ increments, evidence }: RouteFlush): boolean {
  const measured = increments.some(({ sketches }) => sketches.some(({ metric }) => metric === 'control.lastByte'));
  const failed = increments.some(({ signs }) => signs.some(({ check, better }) => check === 'failure' && better > 0));
  return measured || failed || evidence.length > 0;
}

function* testsOf(
  flush: RouteFlush,
  controlled: boolean,
): Generator<{ check: Check; place?: Place; counts: SignCounts }> {
  for (const { check, ...counts } of flush.increments.flatMap(({ signs }) => signs)) yield { check, counts };
  if (controlled) {
    for (const { path, kind, shadowOnly, controlOnly } of flush.evidence)
      yield { check: 'difference', place: { path, kind }, counts: { worse: shadowOnly, better: controlOnly } };
    return;
  }
  // Where the primary failed nobody knows what the shadow would have done, but it is no worse for failing as often.
  yield { check: 'failure', counts: { worse: 0, better: countOf(flush, (ending) => ending === 'primary_failed') } };
  for (const { ending, places, count } of flush.signatures) {
    if (ending !== 'mismatch') continue;
    for (const place of places) yield { check: 'mismatch', place, counts: { worse: count, better: 0 } };
  }
}

function keyOf(check: Check, place: Place | undefined) {
  return { check, path: place?.path ?? '', kind: place?.kind ?? '' };
}

interface StoredRoute {
  readonly clock: string;
  readonly controlled: number;
}

function prepareStatements(db: DatabaseSync) {
  const ofRoute = 'rehearsal = :rehearsal AND route = :route';
  const ofPlace = `${ofRoute} AND path = :path AND kind = :kind`;
  return {
    route: db.prepare(`SELECT clock, controlled FROM judged_route WHERE ${ofRoute}`),
    setRoute: db.prepare(`
      INSERT INTO judged_route (rehearsal, route, clock, controlled, mismatches, last_seen)
      VALUES (:rehearsal, :route, :clock, :controlled, :mismatches, :at)
      ON CONFLICT DO UPDATE SET clock = excluded.clock, controlled = excluded.controlled,
        mismatches = mismatches + excluded.mismatches, last_seen = max(last_seen, excluded.last_seen)`),
    test: db.prepare(`SELECT rank, signs FROM test WHERE ${ofPlace} AND check_name = :check`),
    ranks: db.prepare(`
      SELECT rank FROM test WHERE rehearsal = :rehearsal AND family = :family ORDER BY rank DESC LIMIT 1`),
    setTest: db.prepare(`
      INSERT INTO test (rehearsal, route, check_name, path, kind, family, rank, signs, last_seen)
      VALUES (:rehearsal, :route, :check, :path, :kind, :family, :rank, :signs, :at)
      ON CONFLICT DO UPDATE SET signs = excluded.signs, last_seen = max(last_seen, excluded.last_seen)`),
    accept: db.prepare(`
      INSERT INTO accepted_place (rehearsal, route, path, kind, since, last_seen)
      VALUES (:rehearsal, :route, :path, :kind, :at, :at) ON CONFLICT DO NOTHING`),
    acceptAgain: db.prepare(`UPDATE accepted_place SET last_seen = max(last_seen, :at) WHERE ${ofPlace}`),
    isAccepted: db.prepare(`SELECT 1 FROM accepted_place WHERE ${ofPlace}`),
    forget: db.prepare(`DELETE FROM test WHERE ${ofPlace}`),
    restart: [
      db.prepare(`DELETE FROM test WHERE (rehearsal, route, path, kind) IN (
        SELECT rehearsal, route, path, kind FROM accepted_place)`),
      db.prepare('DELETE FROM accepted_place'),
    ],
  };
}
