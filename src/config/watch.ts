/**
 * Notices changes of the configuration's files, however they are made: written in place, replaced by renaming, or
 * behind a symbolic link that is swapped, as Kubernetes does with a ConfigMap.
 *
 * A watch on a file follows its inode, which an editor and a bind mount replace, so the directories are watched. No
 * watch sees everything (a link's target in another directory, some network file systems), so the contents are also
 * checked from time to time. A change counts once two checks in a row see the same contents: a burst of writes, or a
 * half-written file, is one change.
 */
import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isForWantOfDescriptors } from '../lib/file-failure.ts';
import type { ReadFile } from './read-file.ts';

/** Milliseconds for which contents must stay the same. */
const SETTLE = 100;
/** Milliseconds between two regular checks. */
const POLL = 2_000;

/** The files that the last load read: the main one and those that it names. */
export class ConfigFiles {
  /** A digest of each file's content, by path; empty if it can't be read. */
  #read = new Map<string, string>();
  readonly #directories = new Map<string, FSWatcher>();
  #onChange: (() => void) | undefined;
  #pending: string | undefined;
  /**
   * The bytes of each file whose content has stayed the same, by path. These are loaded, not what the file holds by
   * then.
   */
  #still = new Map<string, Buffer>();
  #timer: NodeJS.Timeout | undefined;

  /** Loads with a function that remembers what it reads. From then on only other contents are a change. */
  load<Result>(loader: (readFile: ReadFile) => Result): Result {
    const read = new Map<string, string>();
    this.#read = read;
    this.#pending = undefined;
    const result = loader((path, encoding) => {
      read.set(path, '');
      const bytes = this.#still.get(path) ?? readFileSync(path);
      read.set(path, digest(bytes));
      return bytes.toString(encoding);
    });
    if (this.#onChange !== undefined) this.#watchDirectories();
    return result;
  }

  /** Calls back once for every change, until `close`. The callback must load again. */
  watch(onChange: () => void): void {
    this.#onChange = onChange;
    this.#watchDirectories();
    this.#lookIn(0);
  }

  close(): void {
    this.#onChange = undefined;
    clearTimeout(this.#timer);
    for (const watcher of this.#directories.values()) watcher.close();
    this.#directories.clear();
  }

  #watchDirectories(): void {
    const wanted = new Set([...this.#read.keys()].map((path) => dirname(path)));
    for (const [directory, watcher] of this.#directories) {
      if (wanted.delete(directory)) continue;
      watcher.close();
      this.#directories.delete(directory);
    }
    for (const directory of wanted) this.#watchDirectory(directory);
  }

  /** If watching fails (too many watches, no such directory), regular checks are enough. */
  #watchDirectory(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.#lookIn(SETTLE));
      watcher.on('error', () => {
        watcher.close();
        this.#directories.delete(directory);
      });
      this.#directories.set(directory, watcher);
    } catch {}
  }

  #lookIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), milliseconds);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const read = this.#read;
    const contents = await Promise.all(
      [...read.keys()].map(async (path) => [path, await bytesOf(path)] as const),
    ).catch(() => 'unknown' as const);
    if (contents === 'unknown') {
      if (this.#onChange !== undefined) this.#lookIn(POLL);
      return;
    }
    const found = contents.map(([, bytes]) => (bytes === undefined ? '' : digest(bytes))).join();
    // A load or a close happened in between.
    if (this.#onChange === undefined) return;
    if (read !== this.#read || found === [...read.values()].join()) {
      this.#pending = undefined;
      this.#lookIn(POLL);
    } else if (found === this.#pending) {
      this.#still = new Map(contents.flatMap(([path, bytes]) => (bytes === undefined ? [] : [[path, bytes]])));
      this.#onChange();
      this.#still.clear();
      this.#lookIn(POLL);
    } else {
      this.#pending = found;
      this.#lookIn(SETTLE);
    }
  }
}

/** Undefined if it can't be read. Rejects if no descriptors are left: that is not a change of the file. */
async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isForWantOfDescriptors(error)) throw error;
    return undefined;
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
