import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { countAbove, signedQuantile, sketchCount } from '../../lib/sketch.ts';
import { OTHER_PLACES, type Place } from '../../model/difference.ts';
import type { SignatureFinding } from '../../model/finding.ts';
import type { SignCounts } from '../../model/pair-signs.ts';
import type { BlockClock, Check, DeltaBlocks, Signs } from '../../model/route-evidence.ts';
import type { VerdictSettings } from '../../model/verdict-settings.ts';
import { FAMILIES } from '../../verdict/alarm.ts';
import { advanced, NO_BLOCK } from '../../verdict/block-clock.ts';
import { addDeltas, noDeltas } from '../../verdict/median-sequence.ts';
import { addSigns, noSigns } from '../../verdict/signs.ts';
import {
  type Counted,
  comparedIn,
  deltasIn,
  hasControl,
  mismatchesIn,
  type RouteFlush,
  signatureTestsOf,
  testsOf,
} from '../flush-tests.ts';
import type { GoneRule } from './configuration.ts';

/** How many tests one family may have in a rehearsal. Further places are tested together. */
const MOST_TESTS = 5_000;

/** Updates the evidence of the verdict. The caller handles the transaction. */
export class EvidenceWriter {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareStatements(db);
  }

  add(rehearsal: number, route: number, flush: RouteFlush, at: number): void {
    const key = { rehearsal, route };
    const known = this.#statements.route.get(key) as StoredRoute | undefined;
    const exchanges = comparedIn(flush);
    const before = known === undefined ? NO_BLOCK : readClock(known.clock);
    const clock = exchanges === 0 ? before : advanced(before, at, exchanges);
    // A control that was there once may fail, but what it showed to be usual is remembered.
    const controlled = known?.controlled === 1 || hasControl(flush);
    this.#statements.setRoute.run({
      ...key,
      clock: JSON.stringify(clock),
      controlled: Number(controlled),
      mismatches: mismatchesIn(flush),
      deltas: withDeltas(known?.deltas ?? null, clock, flush),
      at,
    });
    this.#accept({ ...key, at }, flush.signatures);
    const ofSignatures = signatureTestsOf(flush, controlled, () => this.#knownSignatures(key));
    for (const test of [...testsOf(flush, controlled), ...ofSignatures]) {
      const { counts } = test;
      if (counts.worse + counts.better === 0) continue;
      this.#addTo({ ...key, ...keyOf(test) }, { before, clock, counts, at });
    }
  }

  /** The signatures that have a test, with their places. */
  #knownSignatures(key: { rehearsal: number; route: number }): ReadonlyMap<string, readonly Place[]> {
    const rows = this.#statements.knownSignatures.all(key) as unknown as { id: string; places: string }[];
    return new Map(rows.map(({ id, places }) => [id, JSON.parse(places) as Place[]]));
  }

  /**
   * These rules are gone. On the routes where they were used, older comparisons do not show what the rules accepted,
   * and at which places. So everything that a rule accepted starts again.
   */
  onRulesGone(gone: readonly GoneRule[]): void {
    if (gone.length === 0) return;
    const rules = JSON.stringify(gone.map(({ service, rule }) => ({ service, rule })));
    for (const statement of this.#statements.beginAnew) statement.run({ rules });
  }

  /** If a route's times are now judged with another margin, its older evidence is useless. */
  onSettings(settings: VerdictSettings): void {
    const { settings: stored, setSettings, names, forgetCheck } = this.#statements;
    const row = stored.get() as { value: Uint8Array } | undefined;
    const before = row && (JSON.parse(Buffer.from(row.value).toString()) as VerdictSettings);
    setSettings.run(Buffer.from(JSON.stringify(settings)));
    if (before === undefined) return;
    for (const { name } of names.all() as unknown as { name: string }[]) {
      for (const check of checksWithOtherLimits(name, before, settings)) forgetCheck.run({ name, check });
    }
  }

  /** The evidence of these rehearsals spans the jump. */
  onClockJump(rehearsals: readonly number[], milliseconds: number): void {
    const { setAhead, setBack } = this.#statements;
    for (const rehearsal of rehearsals) (milliseconds > 0 ? setAhead : setBack).run({ rehearsal });
  }

  #addTo(key: TestKey, increment: { before: BlockClock; clock: BlockClock; counts: SignCounts; at: number }): void {
    const { before, clock, counts, at } = increment;
    const { test, ranks, setTest } = this.#statements;
    const known = test.get(key) as { rank: number; signs: string } | undefined;
    const family = FAMILIES[key.check];
    const last = known ?? (ranks.get({ rehearsal: key.rehearsal, family }) as { rank: number } | undefined);
    const taken = last?.rank ?? 0;
    if (known === undefined && taken >= MOST_TESTS && key.path !== OTHER_PLACES.path) {
      // Such a signature is judged by its places only.
      if (isOfSignature(key)) return;
      this.#addTo({ ...key, ...OTHER_PLACES }, increment);
      return;
    }
    const signs = known === undefined ? noSigns(this.#since(key, before)) : (JSON.parse(known.signs) as Signs);
    const rank = known?.rank ?? taken + 1;
    setTest.run({ ...key, family, rank, signs: JSON.stringify(addSigns(signs, clock, counts)), at });
  }

  /** Everything compared before counts as well, unless a rule has changed what differs there. */
  #since({ rehearsal, route, path, kind }: TestKey, before: BlockClock): BlockClock {
    if (this.#statements.isAccepted.get({ rehearsal, route, path, kind }) !== undefined) return before;
    return path === '' ? NO_BLOCK : { ...NO_BLOCK, ...before.anew };
  }

  /** A place where a rule accepts something starts again: its evidence is from before the rule. */
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

function checksWithOtherLimits(route: string, before: VerdictSettings, now: VerdictSettings): readonly Check[] {
  const [old, present] = [before, now].map((settings) => ({ ...settings, ...settings.routes[route] }));
  if (old!.floor !== present!.floor) return ['slower', 'tail'];
  return old!.margin === present!.margin ? [] : ['slower'];
}

type TestKey = {
  readonly rehearsal: number;
  readonly route: number;
  readonly check: Check;
  readonly path: string;
  readonly kind: string;
};

/** The test of a signature has the signature's id in place of a path. */
function keyOf({ check, place, signature }: Counted) {
  return { check, path: place?.path ?? signature ?? '', kind: place?.kind ?? '' };
}

export function isOfSignature({ path, kind }: Pick<TestKey, 'path' | 'kind'>): boolean {
  return kind === '' && path !== '';
}

/** A clock written by an earlier version may lack a part. */
export function readClock(text: string): BlockClock {
  return { ...NO_BLOCK, ...(JSON.parse(text) as Partial<BlockClock>) };
}

function countUp(db: DatabaseSync, count: 'setAhead' | 'setBack'): StatementSync {
  return db.prepare(`
    UPDATE judged_route SET clock = json_set(clock, '$.${count}', coalesce(clock ->> '$.${count}', 0) + 1)
    WHERE rehearsal = :rehearsal`);
}

/** As JSON. */
function withDeltas(known: string | null, { block }: BlockClock, flush: RouteFlush): string | null {
  const { below, above } = deltasIn(flush);
  const pairs = sketchCount(below) + sketchCount(above);
  if (pairs === 0) return known;
  const before = known === null ? noDeltas(signedQuantile(below, above, 0.5)!) : (JSON.parse(known) as DeltaBlocks);
  return JSON.stringify(addDeltas(before, block, pairs, countAbove(below, above, before.reference)));
}

interface StoredRoute {
  readonly clock: string;
  readonly deltas: string | null;
  readonly controlled: number;
}

/** Routes on which one of the rules, given as a JSON array, was used. */
const RULED = `
  (rehearsal, route) IN (
    SELECT rehearsal, route FROM rule_use JOIN named ON named.id = route JOIN json_each(:rules) AS gone
      ON gone.value ->> '$.rule' = rule_use.rule AND gone.value ->> '$.service' = named.service)`;

function prepareStatements(db: DatabaseSync) {
  const ofRoute = 'rehearsal = :rehearsal AND route = :route';
  const ofPlace = `${ofRoute} AND path = :path AND kind = :kind`;
  return {
    route: db.prepare(`SELECT clock, controlled, deltas FROM judged_route WHERE ${ofRoute}`),
    setRoute: db.prepare(`
      INSERT INTO judged_route (rehearsal, route, clock, controlled, mismatches, deltas, last_seen)
      VALUES (:rehearsal, :route, :clock, :controlled, :mismatches, :deltas, :at)
      ON CONFLICT DO UPDATE SET clock = excluded.clock, controlled = excluded.controlled, deltas = excluded.deltas,
        mismatches = mismatches + excluded.mismatches, last_seen = max(last_seen, excluded.last_seen)`),
    setAhead: countUp(db, 'setAhead'),
    setBack: countUp(db, 'setBack'),
    test: db.prepare(`SELECT rank, signs FROM test WHERE ${ofPlace} AND check_name = :check`),
    knownSignatures: db.prepare(`
      SELECT id, places FROM test JOIN signature ON signature.rehearsal = test.rehearsal AND signature.id = test.path
      WHERE test.rehearsal = :rehearsal AND test.route = :route AND kind = '' AND path <> ''`),
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
    settings: db.prepare("SELECT value FROM meta WHERE name = 'verdict'"),
    setSettings: db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('verdict', ?)"),
    names: db.prepare('SELECT DISTINCT name FROM judged_route JOIN named ON named.id = route'),
    forgetCheck: db.prepare(
      'DELETE FROM test WHERE check_name = :check AND route IN (SELECT id FROM named WHERE name = :name)',
    ),
    beginAnew: [
      db.prepare(`
        UPDATE judged_route SET clock = json_set(clock, '$.anew', json_object(
          'exchanges', clock ->> '$.exchanges', 'block', clock ->> '$.block', 'mismatches', mismatches))
        WHERE ${RULED}`),
      db.prepare(`
        DELETE FROM test WHERE (rehearsal, route, path, kind) IN (
          SELECT rehearsal, route, path, kind FROM accepted_place WHERE ${RULED})`),
      db.prepare(`DELETE FROM accepted_place WHERE ${RULED}`),
    ],
  };
}
