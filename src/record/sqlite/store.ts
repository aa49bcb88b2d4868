import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { MEMORY } from '../../config/store-url.ts';
import type { Exposure } from '../../model/experiment.ts';
import type { RolloutChange } from '../../model/rollout.ts';
import type { Marked, Marking } from '../../model/triage.ts';
import type { Flush, Run, Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { type FileIdentity, fileFailure, identityOf, setAside } from './file.ts';
import { type Finding, LiveFiles } from './live-files.ts';
import { Marks } from './marks.ts';
import { openForWriting, type WritingOptions } from './open.ts';
import { SqliteReader } from './reader.ts';
import { Retention } from './retention.ts';
import { RolloutWriter } from './rollouts.ts';
import { RunMarks } from './run-marks.ts';
import { UnreportedExposures } from './unreported-exposures.ts';
import { FlushWriter } from './writer.ts';

export interface SqliteStoreOptions extends WritingOptions {
  /** A file; `:memory:` keeps nothing. */
  readonly path: string;
  readonly run: Run;
  /**
   * The largest size of the file in bytes, also between two prunings: a flush beyond it fails as on a full disk.
   * Absent: no limit.
   */
  readonly limit?: number;
  /** The file that this run closed before. If another one is in its place, that is told. */
  readonly before?: FileIdentity | undefined;
  /** Called when pages may be damaged but nobody has read them yet. Check the store, then call `sound` or `condemn`. */
  readonly onDoubt?: (store: Doubtful) => void;
}

/** A store whose pages should be checked. */
export interface Doubtful {
  /** All pages are good: crashes up to now are no reason to check again. */
  sound(): Promise<void>;
  /** A page is damaged: the next operation fails, as if it had met that page. */
  condemn(reason: string): Promise<void>;
}

const KEY_BYTES = 32;

/** Results in one SQLite file. Calls are synchronous inside, and short. */
export class SqliteStore extends SqliteReader implements Store, Doubtful {
  readonly #options: SqliteStoreOptions;
  readonly #files: LiveFiles | undefined;
  readonly #retention: Retention;
  readonly #said: Marks;
  readonly #unreported: UnreportedExposures;
  readonly #rolloutWriter: RolloutWriter;
  #marks: RunMarks;
  #writer: FlushWriter;
  #condemned: string | undefined;
  /** The file's name now leads to another file, or to none. */
  #moved = false;
  /** A file was removed: what was asked before it is closed is refused likewise, and nothing is told or mended again. */
  #gone: StoreError | undefined;

  private constructor(options: SqliteStoreOptions, db: DatabaseSync) {
    const { path, run, limit } = options;
    super(path, db);
    this.#options = options;
    this.#unreported = new UnreportedExposures(db);
    this.#writer = new FlushWriter(db, run, limit);
    this.#retention = new Retention(db);
    this.#said = new Marks(db);
    this.#rolloutWriter = new RolloutWriter(db);
    this.#marks = new RunMarks(db, run);
    if (limit !== undefined) this.#retention.limit(limit);
    this.#writer.begin();
    // The file's own content survives the loss of the log.
    db.exec('PRAGMA wal_checkpoint');
    this.#files = path === MEMORY ? undefined : new LiveFiles(path);
  }

  /** Rejects with a `StoreError`; `error.passing` tells whether to try again. */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { path, before, warn } = options;
    if (before !== undefined && !isSame(before, identityOf(path))) warn(moved(path));
    const store = openForWriting(path, (db) => new SqliteStore(options, db), options);
    if (store.#marks.unchecked()) options.onDoubt?.(store);
    return store;
  }

  /** Undefined for a store in memory. */
  get file(): FileIdentity | undefined {
    return this.path === MEMORY ? undefined : identityOf(this.path);
  }

  async sound(): Promise<void> {
    if (this.db.isOpen) this.attempt(() => this.#marks.check());
  }

  async condemn(reason: string): Promise<void> {
    this.#condemned = reason;
  }

  async redactionKey(): Promise<Buffer> {
    return this.attempt(() => {
      const insert = "INSERT INTO meta (name, value) VALUES ('redaction_key', ?) ON CONFLICT DO NOTHING";
      this.db.prepare(insert).run(randomBytes(KEY_BYTES));
      this.db.exec('PRAGMA wal_checkpoint');
      const { value } = this.db.prepare("SELECT value FROM meta WHERE name = 'redaction_key'").get()!;
      return Buffer.from(value as Uint8Array);
    });
  }

  async write(flush: Flush): Promise<readonly Exposure[]> {
    let exposed: readonly Exposure[] = [];
    try {
      this.#atomically(() => {
        exposed = this.#writer.write(flush);
      });
    } catch (error) {
      // The configuration may have been in what was rolled back.
      this.#writer.forgetConfigured();
      throw error;
    }
    return exposed;
  }

  async prune(now: number, { age, size }: { readonly age: number; readonly size: number }): Promise<void> {
    this.#atomically(() => this.#retention.deleteBefore(now - age));
    while (this.attempt(() => this.#retention.used()) > size) {
      let deleted = false;
      this.#atomically(() => {
        deleted = this.#retention.deleteOldest();
      });
      if (!deleted) break;
    }
    this.attempt(() => this.#retention.shrink());
  }

  async clear(rehearsal?: string): Promise<void> {
    this.#atomically(() => {
      if (rehearsal === undefined) this.#retention.deleteAll();
      else this.#retention.deleteRehearsal(rehearsal);
    });
    this.#writer.forgetConfigured();
    this.attempt(() => this.#retention.shrink());
  }

  async mark(marking: Marking): Promise<Marked> {
    let result: Marked = { marked: [], left: [] };
    this.#atomically(() => {
      result = this.#said.set(marking);
    });
    return result;
  }

  async recordRollout(change: RolloutChange): Promise<void> {
    this.attempt(() => this.db.exec('PRAGMA synchronous = FULL'));
    try {
      this.#atomically(() => this.#rolloutWriter.write(change));
    } finally {
      if (this.db.isOpen) this.attempt(() => this.db.exec('PRAGMA synchronous = NORMAL'));
    }
  }

  async unreportedExposures(most: number): Promise<readonly Exposure[]> {
    return this.attempt(() => this.#unreported.oldest(most));
  }

  async forgetUnreported(exposures: readonly Exposure[]): Promise<void> {
    this.#atomically(() => this.#unreported.forget(exposures));
  }

  async finish(at: number): Promise<void> {
    this.#atomically(() => this.#writer.finish(at));
  }

  override async close(): Promise<void> {
    if (this.#files === undefined || !this.db.isOpen) return super.close();
    this.#files.close(
      () => super.attempt(() => this.db.close()),
      (left) => this.#abandon(left),
    );
  }

  /** SQLite leaves its files when the database between them was removed. A new database must not get them. */
  #abandon(left: readonly string[]): void {
    if (this.#moved) for (const file of left) rmSync(file, { force: true });
  }

  protected override attempt<T>(act: () => T): T {
    this.#look();
    try {
      return super.attempt(act);
    } finally {
      if (this.db.isOpen) this.#files?.used();
    }
  }

  /** All of it, or nothing. */
  #atomically(act: () => void): void {
    this.attempt(() => {
      this.db.exec('BEGIN IMMEDIATE');
      try {
        act();
        this.db.exec('COMMIT');
      } catch (error) {
        if (this.db.isTransaction) this.db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Files that were changed by others are not used: repairs what can be repaired, or throws. */
  #look(): void {
    if (!this.db.isOpen || this.#files === undefined) return;
    if (this.#gone !== undefined) throw this.#gone;
    let found: Finding | undefined;
    try {
      found = this.#files.look();
    } catch (error) {
      throw fileFailure(this.path, error);
    }
    if (found !== undefined) this.#onFinding(found);
    if (this.#condemned !== undefined) throw this.#fault('corrupt', `damaged: ${this.#condemned}`);
  }

  #onFinding(found: Finding): void {
    const { warn } = this.#options;
    switch (found) {
      case 'main_gone':
        // SQLite would keep writing to a file without a name. What the log has belongs in that file.
        super.attempt(() => this.db.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
        this.#moved = true;
        warn(moved(this.path));
        throw this.#lose('the file was removed or replaced; it is opened again');
      case 'main_cut':
        throw this.#fault('corrupt', 'the file was cut short');
      case 'log_gone':
        this.#rescueLog();
        throw this.#lose('its -wal file was removed or replaced; nothing is lost, and it is opened again');
      case 'index_gone':
        warn(`store ${this.path}: its -shm file was removed or replaced; nothing is lost`);
        throw this.#lose('its -shm file was removed or replaced; it is opened again');
      case 'index_cut':
        warn(`store ${this.path}: its -shm file was cut short; it was rebuilt, and nothing is lost`);
        break;
      case 'log_cut':
        warn(`store ${this.path}: its -wal file was cut short, so the results of about the last minute are lost`);
        this.#beginAgain();
        break;
    }
  }

  /** Copies what only the log has into the file, before the log without a name is closed. */
  #rescueLog(): void {
    const { busy } = this.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()!;
    if (busy !== 0) throw this.#fault('locked', 'its -wal file was removed or replaced; waiting for readers');
    const { warn, now } = this.#options;
    const aside = setAside(this.path, now(), 'log');
    warn(
      `store ${this.path}: its -wal file was removed or replaced; nothing is lost (what lies in its place, if anything, ` +
        `is set aside as ${aside})`,
    );
  }

  /** The old run stays unfinished, so that reports name the time whose results are lost. */
  #beginAgain(): void {
    const { now, run, limit, onDoubt } = this.#options;
    const next = { id: `${run.id}/${now()}`, startedAt: now() };
    super.attempt(() => {
      this.#writer = new FlushWriter(this.db, next, limit);
      this.#writer.begin();
      this.#marks = new RunMarks(this.db, next);
    });
    this.#files!.used();
    onDoubt?.(this);
  }

  #lose(what: string): StoreError {
    this.#gone = this.#fault('gone', what);
    return this.#gone;
  }

  #fault(fault: 'gone' | 'corrupt' | 'locked', what: string): StoreError {
    return new StoreError(fault, `store ${this.path}: ${what}`);
  }
}

function isSame(one: FileIdentity, other: FileIdentity | undefined): boolean {
  return one.ino === other?.ino && one.dev === other.dev;
}

function moved(path: string): string {
  return (
    `store ${path}: the file was removed or replaced: what was recorded until now is only in the removed one, ` +
    'and recording goes on in the new one'
  );
}
