import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Exposure } from '../../model/experiment.ts';
import type { Example, FindingsBatch, SignatureFinding } from '../../model/finding.ts';
import type { Rehearsal } from '../../model/rehearsal.ts';
import type { RouteFlush } from '../flush-tests.ts';
import { type Counted, sumOfIncrements } from '../increment.ts';
import type { Configured, Flush, Rehearsed, Run } from '../store.ts';
import { ConfigurationWriter, type GoneRule } from './configuration.ts';
import { EvidenceWriter } from './evidence-writer.ts';
import { ExperimentWriter } from './experiment-writer.ts';
import { Marks } from './marks.ts';
import { RouteAliases } from './route-aliases.ts';
import { encodeSketch } from './sketch-blob.ts';
import { MINUTE, SPANS } from './spans.ts';
import { ALL_ROUTES } from './sums.ts';

export const EXAMPLES_KEPT = 10;

/** Writes flushes. Statements are prepared once. The caller handles the transaction. */
export class FlushWriter {
  readonly #run: Run;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #routes: RouteAliases;
  readonly #marks: Marks;
  readonly #configuration: ConfigurationWriter;
  readonly #evidence: EvidenceWriter;
  readonly #experiments: ExperimentWriter;
  /** The configuration that the store has, as JSON. */
  #configured: string | undefined;
  /** The time of the latest flush, in milliseconds since 1970. */
  #judgedUntil: number | undefined;

  /** @param limit the largest size of the store in bytes. */
  constructor(db: DatabaseSync, run: Run, limit?: number) {
    this.#run = run;
    this.#statements = prepareStatements(db);
    this.#routes = new RouteAliases(db);
    this.#marks = new Marks(db);
    this.#configuration = new ConfigurationWriter(db);
    this.#evidence = new EvidenceWriter(db);
    this.#experiments = new ExperimentWriter(db, limit);
  }

  /** Writing a flush with sequence 0 only makes the run known. */
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

  /** Returns the exposures of users who were not known before. */
  write(flush: Flush): readonly Exposure[] {
    if (!this.#claim(flush)) return [];
    const minute = Math.floor(flush.at / MINUTE);
    const spans = SPANS.map((span) => ({ span, start: minute - (minute % span) }));
    const rehearsals = new Map(flush.rehearsals.map((each) => [each.id, this.#rehearsal(each)]));
    const into = ({ service, rehearsal }: Rehearsed): Into => ({
      service,
      rehearsal: rehearsals.get(rehearsal)!,
      spans,
    });
    const since = this.#since(flush.at);
    const gone = flush.configured === undefined ? [] : this.#configure(flush.configured, flush.at);
    this.#addCounts(flush.counts, into);
    for (const batch of flush.findings) this.#addFindings(into(batch), batch, flush.at);
    this.#judge(flush, into);
    // What this flush contains was compared by the old rules or by the present ones.
    this.#evidence.onRulesGone([...gone, ...this.#configuration.expiredBetween(...since)]);
    for (const jump of flush.clockJumps) this.#evidence.onClockJump([...rehearsals.values()], jump);
    for (const renaming of flush.renamings) {
      this.#routes.rename(renaming);
      this.#marks.rename(renaming);
    }
    return flush.users === undefined ? [] : this.#experiments.write(flush.users);
  }

  /** Updates the evidence of each route with the flush. */
  #judge(flush: Flush, into: (of: Rehearsed) => Into): void {
    const routes = new Map<string, RouteFlush & { rehearsal: number; route: number }>();
    const of = (batch: Rehearsed, name: string): RouteFlush => {
      const { service, rehearsal } = into(batch);
      const route = this.#routes.idOf(service, name);
      const key = `${rehearsal} ${route}`;
      const known = routes.get(key) ?? { rehearsal, route, increments: [], evidence: [], signatures: [] };
      routes.set(key, known);
      return known;
    };
    for (const increment of flush.counts) of(increment, increment.route).increments.push(increment);
    for (const batch of flush.findings) {
      for (const each of batch.evidence) of(batch, each.route).evidence.push(each);
      for (const each of batch.signatures) of(batch, each.route).signatures.push(each);
    }
    for (const { rehearsal, route, ...each } of routes.values()) this.#evidence.add(rehearsal, route, each, flush.at);
  }

  /** False if this flush was written before. */
  #claim({ sequence, at }: Flush): boolean {
    const { id, startedAt } = this.#run;
    return this.#statements.flushRun.run({ id, started: startedAt, at, sequence }).changes === 1;
  }

  #rehearsal({ id, service, version, label, begunAt, presentSince }: Rehearsal): number {
    const values = { name: id, service, version: version ?? null, label: label ?? null, begunAt, presentSince };
    const { id: row } = this.#statements.addRehearsal.get(values)!;
    return Number(row);
  }

  /** The store no longer has the configuration. */
  forgetConfigured(): void {
    this.#configured = undefined;
  }

  #configure(configured: Configured, at: number): readonly GoneRule[] {
    const text = JSON.stringify(configured);
    if (text === this.#configured) return [];
    this.#configured = text;
    const gone = this.#configuration.write(configured);
    this.#evidence.onSettings(configured.verdict);
    this.#experiments.configure(configured, at);
    for (const { service, route } of configured.routes) this.#routes.reclaim(service, route);
    return gone;
  }

  /** The times of the previous flush and of this one, in milliseconds since 1970. */
  #since(at: number): readonly [before: number, now: number] {
    const before = this.#judgedUntil ?? Number(this.#statements.judgedUntil.get()!['at'] ?? at);
    this.#judgedUntil = Math.max(before, at);
    return [before, at];
  }

  #addCounts(counts: Flush['counts'], into: (of: Rehearsed) => Into): void {
    for (const each of Map.groupBy(counts, ({ rehearsal }) => rehearsal).values()) {
      const of = into(each[0]!);
      for (const increment of each) this.#addIncrement(of, this.#routes.idOf(of.service, increment.route), increment);
      this.#addIncrement(of, ALL_ROUTES, sumOfIncrements(each));
    }
  }

  #addIncrement({ rehearsal, spans }: Into, route: number, { requests, endings, sketches }: Counted): void {
    const { addRequests, addOutcome, addSketch } = this.#statements;
    for (const span of spans) {
      const key = { ...span, rehearsal, route };
      if (requests > 0) addRequests.run({ ...key, count: requests });
      for (const { ending, count } of endings) addOutcome.run({ ...key, ending, count });
      for (const { metric, counts } of sketches) {
        const blob = encodeSketch(counts);
        if (blob !== undefined) addSketch.run({ ...key, metric, counts: blob });
      }
    }
  }

  #addFindings(into: Into, { signatures, evidence, rules, redactions }: FindingsBatch, at: number): void {
    const { addEvidence, addRuleUse, addRedactions } = this.#statements;
    const { service, rehearsal } = into;
    for (const finding of signatures) this.#addSignature(into, finding);
    for (const { route, ...counted } of evidence)
      addEvidence.run({ ...counted, rehearsal, route: this.#routes.idOf(service, route), at });
    for (const { route, ...use } of rules)
      addRuleUse.run({ ...use, rehearsal, route: this.#routes.idOf(service, route), at });
    for (const use of redactions) addRedactions.run({ ...use, rehearsal, at });
  }

  #addSignature({ service, rehearsal, spans }: Into, finding: SignatureFinding): void {
    const { addSignature, addOccurrences, keepBestExamples } = this.#statements;
    const { id, route, ending, primaryStatus, shadowStatus, firstSeen, lastSeen } = finding;
    const { persistent, transient } = finding.repeats ?? { persistent: 0, transient: 0 };
    const statuses = { primaryStatus, shadowStatus };
    const seen = { firstSeen, lastSeen, persistent, transient };
    const places = JSON.stringify(finding.places);
    addSignature.run({ rehearsal, id, route: this.#routes.idOf(service, route), ending, ...statuses, places, ...seen });
    this.#marks.see(rehearsal, finding);
    if (finding.count > 0) {
      for (const span of spans) addOccurrences.run({ ...span, rehearsal, signature: id, count: finding.count });
    }
    for (const example of finding.examples) this.#addExample(rehearsal, id, example);
    keepBestExamples.run({ rehearsal, signature: id, kept: EXAMPLES_KEPT });
  }

  #addExample(rehearsal: number, signature: string, { priority, exchange }: Example): void {
    this.#statements.addExample.run({
      rehearsal,
      signature,
      priority,
      exchange: exchange.id,
      received: exchange.receivedAt,
      content: JSON.stringify(exchange),
    });
  }
}

/** Where the entries of a flush belong. */
interface Into {
  readonly service: string;
  /** Row of the rehearsal. */
  readonly rehearsal: number;
  readonly spans: readonly { readonly span: number; readonly start: number }[];
}

function prepareStatements(db: DatabaseSync) {
  const prepare = (sql: string): StatementSync => db.prepare(sql);
  return {
    flushRun: prepare(`
      INSERT INTO run (id, started, flushed, sequence) VALUES (:id, :started, :at, :sequence)
      ON CONFLICT DO UPDATE SET sequence = excluded.sequence, flushed = max(flushed, excluded.flushed), stopped = NULL
      WHERE sequence < excluded.sequence`),
    judgedUntil: prepare('SELECT max(last_seen) AS at FROM judged_route'),
    finishRun: prepare('UPDATE run SET stopped = :at WHERE id = :id'),
    addRehearsal: prepare(`
      INSERT INTO rehearsal (name, service, version, label, begun, present_since)
      VALUES (:name, :service, :version, :label, :begunAt, :presentSince)
      ON CONFLICT DO UPDATE SET present_since = max(present_since, excluded.present_since) RETURNING id`),
    addRequests: prepare(`
      INSERT INTO request (rehearsal, span, start, route, count) VALUES (:rehearsal, :span, :start, :route, :count)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    addOutcome: prepare(`
      INSERT INTO outcome (rehearsal, span, start, route, ending, count)
      VALUES (:rehearsal, :span, :start, :route, :ending, :count)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    addSketch: prepare(`
      INSERT INTO sketch (rehearsal, span, start, route, metric, counts)
      VALUES (:rehearsal, :span, :start, :route, :metric, :counts)
      ON CONFLICT DO UPDATE SET counts = merge_sketches(counts, excluded.counts)`),
    addSignature: prepare(`
      INSERT INTO signature (rehearsal, id, route, ending, primary_status, shadow_status, places, first_seen, last_seen,
        persistent, transient)
      VALUES (:rehearsal, :id, :route, :ending, :primaryStatus, :shadowStatus, :places, :firstSeen, :lastSeen,
        :persistent, :transient)
      ON CONFLICT DO UPDATE SET persistent = persistent + excluded.persistent, transient = transient + excluded.transient,
        first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)`),
    addOccurrences: prepare(`
      INSERT INTO occurrence (rehearsal, span, start, signature, count)
      VALUES (:rehearsal, :span, :start, :signature, :count)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    addExample: prepare(`
      INSERT INTO example (rehearsal, signature, priority, exchange, received, content)
      VALUES (:rehearsal, :signature, :priority, :exchange, :received, :content)`),
    keepBestExamples: prepare(`
      DELETE FROM example WHERE id IN (
        SELECT id FROM example WHERE rehearsal = :rehearsal AND signature = :signature
        ORDER BY priority DESC LIMIT -1 OFFSET :kept)`),
    addEvidence: prepare(`
      INSERT INTO evidence (rehearsal, route, path, kind, shadow_only, control_only, both, last_seen)
      VALUES (:rehearsal, :route, :path, :kind, :shadowOnly, :controlOnly, :both, :at)
      ON CONFLICT DO UPDATE SET
        shadow_only = shadow_only + excluded.shadow_only, control_only = control_only + excluded.control_only,
        both = both + excluded.both, last_seen = max(last_seen, excluded.last_seen)`),
    addRuleUse: prepare(`
      INSERT INTO rule_use (rehearsal, route, rule, origin, hits, last_seen)
      VALUES (:rehearsal, :route, :rule, :origin, :hits, :at)
      ON CONFLICT DO UPDATE SET hits = hits + excluded.hits, last_seen = max(last_seen, excluded.last_seen)`),
    addRedactions: prepare(`
      INSERT INTO redaction (rehearsal, rule, name, count, last_seen) VALUES (:rehearsal, :rule, :name, :count, :at)
      ON CONFLICT DO UPDATE SET
        count = count + excluded.count, last_seen = max(last_seen, excluded.last_seen)`),
  };
}
