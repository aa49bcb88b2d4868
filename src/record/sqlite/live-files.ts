/**
 * The files of a database that is open for writing, watched for what others do to them.
 *
 * SQLite keeps the -shm file mapped, and takes for granted that the three files stay as it left them: a mapped file that is
 * cut short ends the process with SIGBUS, a log that is cut short loses what it held without a word. So each use is
 * preceded by a look at sizes and inodes, some microseconds; what remains is a file that is cut in the very
 * millisecond of a use, which is why the store has a process of its own. An index that is filled with zeros is made anew from the log by SQLite itself, which is how
 * damage to the log and to the index is mended while the database stays open.
 *
 * A file that SQLite holds locks on must not be opened and closed here, since that gives the locks up (fcntl(2)): the
 * index is opened once, and closed after the database.
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
 * - `main_gone`, `log_gone`, `index_gone`: the name is another file's, or nobody's; the file itself is still ours.
 * - `main_cut`: pages are lost.
 * - `log_cut`: what was written since the last checkpoint is lost, from the cut on; already mended.
 * - `index_cut`: nothing is lost; already mended.
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

  /** @param path of a database that was just opened, and has been written to. */
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

  /** After each use: as the files are now they are to be found by the next. */
  used(): void {
    this.#mainSize = statOf(this.#path)?.size ?? 0;
    this.#indexSize = fstatSync(this.#index).size;
  }

  /** Before each use. */
  look(): Finding | undefined {
    const main = statOf(this.#path);
    if (main?.ino !== this.#main.ino || main.dev !== this.#main.dev) return 'main_gone';
    const index = this.#readIndex();
    if (main.size < this.#mainSize && (index === undefined || main.size < index.pages * index.pageSize)) {
      return 'main_cut';
    }
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

  /** `then` is given those of the files beside the database that are still ours. */
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

  #readIndex(): WalIndex | undefined {
    const bytes = Buffer.alloc(WAL_INDEX_BYTES);
    return parseWalIndex(bytes.subarray(0, readSync(this.#index, bytes, 0, bytes.length, 0)));
  }

  /** Writes over it, since who reads has it mapped as well. */
  #clearIndex(): void {
    writeSync(this.#index, Buffer.alloc(this.#indexSize), 0, this.#indexSize, 0);
  }
}

/**
 * The frames before the cut may stay where all of those that are in the database are among them; else they are older than the
 * database, and would take it back in part.
 */
export function dropUnusable(log: string, bytes: number, index: WalIndex): void {
  if (wholeFrames(index, bytes) < index.backfilled) truncateSync(log, 0);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
