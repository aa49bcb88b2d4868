/**
 * The files of a database that is open for writing, watched for changes by others.
 *
 * SQLite keeps the -shm file mapped, and relies on the three files staying as it left them. If a mapped file is cut
 * short, SIGBUS ends the process; if a log is cut short, its content is lost silently. So sizes and inodes are checked
 * before each use, which takes some microseconds. A file may still be cut in the millisecond of a use, which is why
 * the store has its own process. If an index is filled with zeros, SQLite rebuilds it from the log. This repairs
 * damage to the log and the index while the database stays open.
 *
 * Opening and closing a file on which SQLite holds locks would release the locks (fcntl(2)), so the index is opened
 * once, and closed after the database.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { logBytes, parseWalIndex, WAL_INDEX_BYTES, type WalIndex, wholeFrames } from './wal-index.ts';

/**
 * - `main_gone`, `log_gone`, `index_gone`: the name leads to another file or to none; the file itself is still ours.
 * - `main_cut`: pages are lost.
 * - `log_cut`: what was written since the last checkpoint is lost, from the cut on; already repaired.
 * - `index_cut`: nothing is lost; already repaired.
 */
export type Finding = 'main_gone' | 'main_cut' | 'log_gone' | 'log_cut' | 'index_gone' | 'index_cut';

export class LiveFiles {
  readonly #path: string;
  readonly #real: string;
  readonly #main: Stats;
  readonly #log: Stats | undefined;
  readonly #index: number;
  readonly #indexIno: number;
  #mainSize = 0;
  #indexSize = 0;

  /** @param path a database that was just opened and written to. */
  constructor(path: string) {
    this.#path = path;
    this.#real = realpathSync(path);
    this.#main = statSync(path);
    this.#log = statOf(`${this.#real}-wal`);
    this.#index = openSync(`${this.#real}-shm`, 'r+');
    this.#indexIno = fstatSync(this.#index).ino;
    this.used();
  }

  get log(): string {
    return `${this.#real}-wal`;
  }

  /** After each use: remembers the files for the next check. What was cut within the use is left for it to find. */
  used(): void {
    const size = statOf(this.#path)?.size ?? 0;
    if (!this.#isCut(size, this.#readIndex())) this.#mainSize = size;
    this.#indexSize = Math.max(fstatSync(this.#index).size, this.#indexSize);
  }

  /** Before each use. */
  look(): Finding | undefined {
    const main = statOf(this.#path);
    if (main?.ino !== this.#main.ino || main.dev !== this.#main.dev) return 'main_gone';
    const index = this.#readIndex();
    if (this.#isCut(main.size, index)) return 'main_cut';
    const log = statOf(this.log);
    if (log?.ino !== this.#log?.ino) return 'log_gone';
    if (index !== undefined && log !== undefined && log.size < logBytes(index)) {
      dropUnusable(this.log, log.size, index);
      this.#clearIndex();
      return 'log_cut';
    }
    if (statOf(`${this.#real}-shm`)?.ino !== this.#indexIno) return 'index_gone';
    if (fstatSync(this.#index).size >= this.#indexSize) return undefined;
    this.#clearIndex();
    return 'index_cut';
  }

  /** `then` gets those files beside the database that are still ours. */
  close(closeDatabase: () => void, then: (left: readonly string[]) => void): void {
    if (fstatSync(this.#index).size < this.#indexSize) this.#clearIndex();
    try {
      closeDatabase();
    } finally {
      closeSync(this.#index);
    }
    const ours = [
      { name: this.log, ino: this.#log?.ino },
      { name: `${this.#real}-shm`, ino: this.#indexIno },
    ];
    then(ours.filter(({ name, ino }) => ino !== undefined && statOf(name)?.ino === ino).map(({ name }) => name));
  }

  /** SQLite itself makes it shorter too, but never than the pages that there are. */
  #isCut(mainSize: number, index: WalIndex | undefined): boolean {
    return mainSize < this.#mainSize && (index === undefined || mainSize < index.pages * index.pageSize);
  }

  #readIndex(): WalIndex | undefined {
    const bytes = Buffer.alloc(WAL_INDEX_BYTES);
    return parseWalIndex(bytes.subarray(0, readSync(this.#index, bytes, 0, bytes.length, 0)));
  }

  /** Overwrites it in place, because readers have it mapped as well. */
  #clearIndex(): void {
    writeSync(this.#index, Buffer.alloc(this.#indexSize), 0, this.#indexSize, 0);
  }
}

/**
 * The frames before the cut may stay if they include all those that were copied to the database. Otherwise they are
 * older than the database, and would revert a part of it.
 */
export function dropUnusable(log: string, bytes: number, index: WalIndex): void {
  if (wholeFrames(index, bytes) < index.backfilled) truncateSync(log, 0);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
