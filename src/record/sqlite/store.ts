import { randomBytes } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Flush, Run, Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { MEMORY, type OnDamage, openForWriting } from './open.ts';
import { SqliteReader } from './reader.ts';
import { Retention } from './retention.ts';
import { FlushWriter } from './writer.ts';

export interface SqliteStoreOptions extends OnDamage {
  /** A file; `:memory:` keeps nothing. */
  readonly path: string;
  readonly run: Run;
  /**
   * Bytes that the file never exceeds, whatever comes between two prunings: a flush beyond it fails as on a full disk.
   * Absent: no bound.
   */
  readonly limit?: number;
}

const KEY_BYTES = 32;

/** Results in one SQLite file. Calls are synchronous inside, and short. */
export class SqliteStore extends SqliteReader implements Store {
  readonly #file: Stats | undefined;
  readonly #writer: FlushWriter;
  readonly #retention: Retention;

  private constructor({ path, run, limit }: SqliteStoreOptions, db: DatabaseSync) {
    super(path, db);
    this.#file = path === MEMORY ? undefined : statSync(path);
    this.#writer = new FlushWriter(db, run);
    this.#retention = new Retention(db);
    if (limit !== undefined) this.#retention.limit(limit);
    this.#writer.begin();
  }

  /** Rejects with a `StoreError`; `error.passing` tells whether to try again. */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    return openForWriting(options.path, (db) => new SqliteStore(options, db), options);
  }

  async redactionKey(): Promise<Buffer> {
    return this.attempt(() => {
      const insert = "INSERT INTO meta (name, value) VALUES ('redaction_key', ?) ON CONFLICT DO NOTHING";
      this.db.prepare(insert).run(randomBytes(KEY_BYTES));
      const { value } = this.db.prepare("SELECT value FROM meta WHERE name = 'redaction_key'").get()!;
      return Buffer.from(value as Uint8Array);
    });
  }

  async write(flush: Flush): Promise<void> {
    this.#checkFile();
    this.#atomically(() => this.#writer.write(flush));
  }

  async prune(now: number, { age, size }: { readonly age: number; readonly size: number }): Promise<void> {
    this.#checkFile();
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

  async clear(): Promise<void> {
    this.#checkFile();
    this.#atomically(() => this.#retention.deleteAll());
    this.attempt(() => this.#retention.shrink());
  }

  async finish(at: number): Promise<void> {
    this.#checkFile();
    this.#atomically(() => this.#writer.finish(at));
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

  /** SQLite would go on writing to a file that has no name any more. */
  #checkFile(): void {
    if (this.#file === undefined) return;
    const { ino, dev } = statSync(this.path, { throwIfNoEntry: false }) ?? {};
    if (ino === this.#file.ino && dev === this.#file.dev) return;
    throw new StoreError('gone', `store ${this.path}: the file was removed or replaced; it is opened anew`);
  }
}
