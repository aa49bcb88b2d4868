/**
 * The log of all routes, in shared memory. Every thread may append, and every thread that reads it from the start
 * derives the same names. So no thread must ask or wait for another.
 *
 * The place of an entry in the log is the row of its route in the ledgers. A writer puts the entry into a region of its
 * own. It then tries to put that region's number into the first empty place, by compare-and-exchange. So an entry is
 * there as a whole or not at all, even if a thread dies. If another thread was faster, the writer reads the new entry
 * and tries again. Entries are never removed.
 *
 *     Int32: regions given out · for each place, the number of a region + 1, or 0
 *     region: owner u16 · kind u8 · flags u8 · length u16 · text
 */
import { MAX_ROUTES, type RouteRow } from '../model/route.ts';

/** Spare regions, for those that threads took and never used. */
const SPARE = 256;
const REGIONS = MAX_ROUTES + SPARE;
const REGION = 512;
const HEADER = 6;
const PLACES = 1;
const INDEX_BYTES = (PLACES + MAX_ROUTES) * Int32Array.BYTES_PER_ELEMENT;

/** Longest text of an entry, in bytes. */
export const LONGEST_ENTRY = REGION - HEADER;

export const ENTRY_KINDS = ['fixed', 'path', 'operation', 'collapse', 'collapse_all'] as const;

/**
 * - `fixed`: a route whose name is the text.
 * - `path`: a route that is named after a path: `GET /users/:id`.
 * - `operation`: an operation, named by the text, of the route `owner`.
 * - `collapse`: from now on all further segments below this path are ids, and so are those known that have none below them.
 * - `collapse_all`: … and so are all that are known.
 */
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface Entry {
  readonly kind: EntryKind;
  /** The row of the route that this one is derived from; a configured route's own row. */
  readonly owner: RouteRow;
  /** Whether the name depends on the body. Then the thread that reads the body counts the requests. */
  readonly named: 'by_head' | 'by_graphql' | 'by_rpc';
  readonly text: string;
}

const NAMED = ['by_head', 'by_graphql', 'by_rpc'] as const;

export class RouteLog {
  readonly #index: Int32Array;
  readonly #bytes: Buffer;
  /** A region of our own. */
  #region = -1;

  constructor(memory: SharedArrayBuffer) {
    this.#index = new Int32Array(memory, 0, PLACES + MAX_ROUTES);
    this.#bytes = Buffer.from(memory, INDEX_BYTES);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(INDEX_BYTES + REGIONS * REGION);
  }

  /** The entry at that place; undefined if there is none yet. */
  read(place: number): Entry | undefined {
    if (place >= MAX_ROUTES) return undefined;
    const region = Atomics.load(this.#index, PLACES + place) - 1;
    if (region < 0) return undefined;
    const at = region * REGION;
    const length = this.#bytes.readUInt16LE(at + 4);
    return {
      owner: this.#bytes.readUInt16LE(at) as RouteRow,
      kind: ENTRY_KINDS[this.#bytes[at + 2]!]!,
      named: NAMED[this.#bytes[at + 3]!]!,
      text: this.#bytes.toString('latin1', at + HEADER, at + HEADER + length),
    };
  }

  /**
   * Puts an entry at that place, which must be the first empty one. `taken`: another thread was faster. `full`: there
   * is no room for it, and never will be.
   */
  append(place: number, { owner, kind, named, text }: Entry): 'appended' | 'taken' | 'full' {
    if (place >= MAX_ROUTES || text.length > LONGEST_ENTRY) return 'full';
    if (this.#region < 0) {
      const region = Atomics.load(this.#index, 0) < REGIONS ? Atomics.add(this.#index, 0, 1) : REGIONS;
      if (region >= REGIONS) return 'full';
      this.#region = region;
    }
    const at = this.#region * REGION;
    this.#bytes.writeUInt16LE(owner, at);
    this.#bytes[at + 2] = ENTRY_KINDS.indexOf(kind);
    this.#bytes[at + 3] = NAMED.indexOf(named);
    this.#bytes.writeUInt16LE(text.length, at + 4);
    this.#bytes.write(text, at + HEADER, 'latin1');
    if (Atomics.compareExchange(this.#index, PLACES + place, 0, this.#region + 1) !== 0) return 'taken';
    this.#region = -1;
    return 'appended';
  }
}
