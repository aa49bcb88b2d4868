import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Evidence, Example, RuleUse, SignatureFinding } from '../../model/finding.ts';
import type { Increment } from '../increment.ts';
import type { Flush, Run } from '../store.ts';
import { RouteRenamer } from './route-renamer.ts';
import { encodeSketch, mergeSketches } from './sketch-blob.ts';
import { MINUTE } from './spans.ts';

export const EXAMPLES_KEPT = 10;

/** Writes flushes. Statements are prepared once; who calls takes care of the transaction. */
export class FlushWriter {
  readonly #run: Run;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #renamer: RouteRenamer;

  constructor(db: DatabaseSync, run: Run) {
    this.#run = run;
    this.#statements = prepareStatements(db);
    this.#renamer = new RouteRenamer(db, EXAMPLES_KEPT);
  }

  /** Writing nothing but a sequence of 0 makes the run known. */
  begin(): void {
    this.#statements.flushRun.run({
      id: this.#run.id,
      started: this.#run.startedAt,
      at: this.#run.startedAt,
      sequence: 0,
    });
  }

  finish(at: number): void {
    this.#statements.finishRun.run({ id: this.#run.id, at });
  }

  write(flush: Flush): void {
    if (!this.#claim(flush)) return;
    const minute = Math.floor(flush.at / MINUTE);
    const spans = [
      { span: 1, start: minute },
      { span: 60, start: minute - (minute % 60) },
    ];
    for (const increment of flush.counts) {
      const route = this.#route(increment.route);
      for (const span of spans) this.#addIncrement({ ...span, route }, increment);
    }
    for (const batch of flush.findings) {
      for (const finding of batch.signatures) this.#addSignature(finding, spans);
      for (const evidence of batch.evidence) this.#addEvidence(evidence, flush.at);
      for (const use of batch.rules) this.#addRuleUse(use, flush.at);
      for (const use of batch.redactions) this.#statements.addRedactions.run({ ...use, at: flush.at });
    }
    for (const renaming of flush.renamings) this.#renamer.rename(renaming);
  }

  /** False where this flush has been written before. */
  #claim({ sequence, at }: Flush): boolean {
    const { id, startedAt } = this.#run;
    return this.#statements.flushRun.run({ id, started: startedAt, at, sequence }).changes === 1;
  }

  #route(name: string): number {
    const { addRoute, routeId } = this.#statements;
    addRoute.run(name);
    const { id } = routeId.get(name)!;
    return Number(id);
  }

  #addIncrement(key: { span: number; start: number; route: number }, { requests, endings, sketches }: Increment): void {
    const { addRequests, addOutcome, addSketch } = this.#statements;
    if (requests > 0) addRequests.run({ ...key, count: requests });
    for (const { ending, count } of endings) addOutcome.run({ ...key, ending, count });
    for (const { metric, counts } of sketches) {
      const blob = encodeSketch(counts);
      if (blob !== undefined) addSketch.run({ ...key, metric, counts: blob });
    }
  }

  #addSignature(finding: SignatureFinding, spans: readonly { span: number; start: number }[]): void {
    const { id, ending, primaryStatus, shadowStatus, firstSeen, lastSeen } = finding;
    this.#statements.addSignature.run({
      id,
      route: this.#route(finding.route),
      ending,
      primaryStatus,
      shadowStatus,
      places: JSON.stringify(finding.places),
      firstSeen,
      lastSeen,
    });
    if (finding.count > 0) {
      for (const span of spans) this.#statements.addOccurrences.run({ ...span, signature: id, count: finding.count });
    }
    for (const example of finding.examples) this.#addExample(id, example);
    this.#statements.keepBestExamples.run({ signature: id, kept: EXAMPLES_KEPT });
  }

  #addExample(signature: string, { priority, exchange }: Example): void {
    this.#statements.addExample.run({
      signature,
      priority,
      exchange: exchange.id,
      received: exchange.receivedAt,
      content: JSON.stringify(exchange),
    });
  }

  #addEvidence({ route, path, kind, shadowOnly, controlOnly, both }: Evidence, at: number): void {
    this.#statements.addEvidence.run({ route: this.#route(route), path, kind, shadowOnly, controlOnly, both, at });
  }

  #addRuleUse({ route, rule, origin, until, hits }: RuleUse, at: number): void {
    this.#statements.addRuleUse.run({ route: this.#route(route), rule, origin, until: until ?? null, hits, at });
  }
}

function prepareStatements(db: DatabaseSync) {
  db.function('merge_sketches', { deterministic: true }, (left, right) =>
    mergeSketches(left as Uint8Array, right as Uint8Array),
  );
  const prepare = (sql: string): StatementSync => db.prepare(sql);
  return {
    flushRun: prepare(`
      INSERT INTO run (id, started, flushed, sequence) VALUES (:id, :started, :at, :sequence)
      ON CONFLICT DO UPDATE SET sequence = excluded.sequence, flushed = max(flushed, excluded.flushed), stopped = NULL
      WHERE sequence < excluded.sequence`),
    finishRun: prepare('UPDATE run SET stopped = :at WHERE id = :id'),
    addRoute: prepare('INSERT INTO route (name) VALUES (?) ON CONFLICT DO NOTHING'),
    routeId: prepare('SELECT id FROM route WHERE name = ?'),
    addRequests: prepare(`
      INSERT INTO request (span, start, route, count) VALUES (:span, :start, :route, :count)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    addOutcome: prepare(`
      INSERT INTO outcome (span, start, route, ending, count) VALUES (:span, :start, :route, :ending, :count)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    addSketch: prepare(`
      INSERT INTO sketch (span, start, route, metric, counts) VALUES (:span, :start, :route, :metric, :counts)
      ON CONFLICT DO UPDATE SET counts = merge_sketches(counts, excluded.counts)`),
    addSignature: prepare(`
      INSERT INTO signature (id, route, ending, primary_status, shadow_status, places, first_seen, last_seen)
      VALUES (:id, :route, :ending, :primaryStatus, :shadowStatus, :places, :firstSeen, :lastSeen)
      ON CONFLICT DO UPDATE SET
        first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)`),
    addOccurrences: prepare(`
      INSERT INTO occurrence (span, start, signature, count) VALUES (:span, :start, :signature, :count)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    addExample: prepare(`
      INSERT INTO example (signature, priority, exchange, received, content)
      VALUES (:signature, :priority, :exchange, :received, :content)`),
    keepBestExamples: prepare(`
      DELETE FROM example WHERE id IN (
        SELECT id FROM example WHERE signature = :signature ORDER BY priority DESC LIMIT -1 OFFSET :kept)`),
    addEvidence: prepare(`
      INSERT INTO evidence (route, path, kind, shadow_only, control_only, both, last_seen)
      VALUES (:route, :path, :kind, :shadowOnly, :controlOnly, :both, :at)
      ON CONFLICT DO UPDATE SET
        shadow_only = shadow_only + excluded.shadow_only, control_only = control_only + excluded.control_only,
        both = both + excluded.both, last_seen = max(last_seen, excluded.last_seen)`),
    addRuleUse: prepare(`
      INSERT INTO rule_use (route, rule, origin, until, hits, last_seen)
      VALUES (:route, :rule, :origin, :until, :hits, :at)
      ON CONFLICT DO UPDATE SET
        origin = excluded.origin, until = excluded.until, hits = hits + excluded.hits,
        last_seen = max(last_seen, excluded.last_seen)`),
    addRedactions: prepare(`
      INSERT INTO redaction (rule, name, count, last_seen) VALUES (:rule, :name, :count, :at)
      ON CONFLICT DO UPDATE SET
        count = count + excluded.count, last_seen = max(last_seen, excluded.last_seen)`),
  };
}
