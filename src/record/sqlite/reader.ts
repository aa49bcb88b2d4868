import type { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../lib/clock.ts';
import type { LegName } from '../../model/exchange.ts';
import type { RecordedExperiment } from '../../model/recorded-experiment.ts';
import type { RolloutChange } from '../../model/rollout.ts';
import type { Disregard, RouteEvidence } from '../../model/route-evidence.ts';
import type {
  EvidenceRow,
  MarkedSignature,
  RedactionRow,
  RehearsalRow,
  ResponseCount,
  RouteOfService,
  RouteSketch,
  RouteTimelineQuery,
  RouteTimelines,
  RuleRow,
  Scope,
  ServiceRow,
  SignatureDetail,
  SignatureQuery,
  StoredExchange,
  StoredTimeline,
  StoreReader,
  Summary,
  SummaryLatencies,
  TimelineQuery,
  TimeWindow,
} from '../../model/store-reader.ts';
import type { VerdictSettings } from '../../model/verdict-settings.ts';
import { isClaimed } from './claim.ts';
import { ConfigurationReader } from './configuration.ts';
import { storeFailure } from './errors.ts';
import { EvidenceReader } from './evidence-reader.ts';
import { ExperimentReader } from './experiment-reader.ts';
import { openForReading } from './open.ts';
import { ResultQueries } from './queries.ts';
import { RolloutReader } from './rollouts.ts';
import { addNamedId } from './route-aliases.ts';
import { SignatureQueries } from './signature-queries.ts';
import { SignatureRows } from './signature-rows.ts';

interface Snapshot {
  /** Milliseconds since 1970, if nobody recorded to it then; absent if somebody does. */
  readonly abandonedAt?: number;
}

/** Reads results from a SQLite file, all from one moment, while other processes may write. */
export class SqliteReader implements StoreReader {
  /** Whether all that is read is of one moment, so that the same question has the same answer. */
  readonly isSnapshot: boolean;
  protected readonly path: string;
  protected readonly db: DatabaseSync;
  readonly #queries: ResultQueries;
  readonly #signatures: SignatureQueries;
  readonly #evidence: EvidenceReader;
  readonly #configuration: ConfigurationReader;
  readonly #rollouts: RolloutReader;
  readonly #experiments: ExperimentReader;

  /** @param snapshot absent: the database changes */
  constructor(path: string, db: DatabaseSync, snapshot?: Snapshot) {
    this.isSnapshot = snapshot !== undefined;
    this.path = path;
    this.db = db;
    addNamedId(db);
    this.#queries = new ResultQueries(db, snapshot?.abandonedAt);
    const signatures = new SignatureRows(db, this.isSnapshot);
    this.#signatures = new SignatureQueries(db, signatures);
    this.#evidence = new EvidenceReader(db, signatures);
    this.#configuration = new ConfigurationReader(db);
    this.#rollouts = new RolloutReader(db);
    this.#experiments = new ExperimentReader(db);
  }

  static async openFile(path: string): Promise<SqliteReader> {
    // A process says that it ends before it releases the claim, and that it begins after it took it. So the claim is
    // checked twice.
    const before = isClaimed(path);
    return openForReading(path, (db) => {
      db.prepare('SELECT 1 FROM run').get();
      const isRecorded = before || isClaimed(path);
      return new SqliteReader(path, db, isRecorded ? {} : { abandonedAt: systemClock.wall() });
    });
  }

  async summary(window?: TimeWindow, scope?: Scope, latencies?: SummaryLatencies): Promise<Summary> {
    return this.attempt(() => this.#queries.summary(window, scope, latencies));
  }

  async responses(legs: readonly LegName[], scope?: Scope): Promise<readonly ResponseCount[]> {
    return this.attempt(() => this.#queries.responses(legs, scope));
  }

  async timeline(query: TimelineQuery): Promise<StoredTimeline> {
    return this.attempt(() => this.#queries.timeline(query));
  }

  async routeTimelines(query: RouteTimelineQuery): Promise<RouteTimelines> {
    return this.attempt(() => this.#queries.routeTimelines(query));
  }

  async sketches(route: RouteOfService, window?: TimeWindow, scope?: Scope): Promise<readonly RouteSketch[]> {
    return this.attempt(() => this.#queries.sketches(route, window, scope));
  }

  async signatures(query: SignatureQuery): Promise<readonly MarkedSignature[]> {
    return this.attempt(() => this.#signatures.signatures(query));
  }

  async signature(id: string, scope?: Scope): Promise<SignatureDetail | undefined> {
    return this.attempt(() => this.#signatures.signature(id, scope));
  }

  async exchange(id: string): Promise<StoredExchange | undefined> {
    return this.attempt(() => this.#signatures.exchange(id));
  }

  async evidence(route?: string, scope?: Scope): Promise<readonly EvidenceRow[]> {
    return this.attempt(() => this.#queries.evidence(route, scope));
  }

  async routeEvidence(scope?: Scope, disregard?: Disregard): Promise<readonly RouteEvidence[]> {
    return this.attempt(() => this.#evidence.of(scope, disregard));
  }

  async verdictSettings(): Promise<VerdictSettings | undefined> {
    return this.attempt(() => this.#evidence.settings());
  }

  async rules(scope?: Scope, route?: string): Promise<readonly RuleRow[]> {
    return this.attempt(() => this.#configuration.rules(scope, route));
  }

  async services(): Promise<readonly ServiceRow[]> {
    return this.attempt(() => this.#configuration.services());
  }

  async redactions(scope?: Scope): Promise<readonly RedactionRow[]> {
    return this.attempt(() => this.#queries.redactions(scope));
  }

  async rollouts(limit: number, service?: string): Promise<readonly RolloutChange[]> {
    return this.attempt(() => this.#rollouts.latest(limit, service));
  }

  async experiments(): Promise<readonly RecordedExperiment[]> {
    return this.attempt(() => this.#experiments.all());
  }

  async rehearsals(): Promise<readonly RehearsalRow[]> {
    return this.attempt(() => this.#queries.rehearsals());
  }

  /** May be called twice. */
  async close(): Promise<void> {
    if (this.db.isOpen) this.attempt(() => this.db.close());
  }

  protected attempt<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw storeFailure(this.path, error);
    }
  }
}
