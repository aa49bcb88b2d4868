import type { Fields } from '../model/exchange.ts';

/** What a piece of a body takes besides its bytes: its object, its place in a list. Pieces may be of one byte each. */
const PIECE = 128;

/** What keeping a piece of a body costs. */
export function pieceSize(chunk: Uint8Array): number {
  return chunk.length + PIECE;
}

/** What keeping fields costs: as much as they have as lines. */
export function fieldsSize(fields: Fields): number {
  let size = 2 * fields.length;
  for (let at = 0; at < fields.length; at++) size += fields[at]!.length;
  return size;
}

/** What all exchanges of a mirror thread hold together, in bytes, and how much that may be. */
export class HeldBytes {
  limit: number;
  readonly #makeRoom: () => boolean;
  #bytes = 0;

  /** `makeRoom`: frees something, or says that nothing can be freed. */
  constructor(limit: number, makeRoom: () => boolean) {
    this.limit = limit;
    this.#makeRoom = makeRoom;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False when there is no room; then nothing was taken. */
  take(bytes: number): boolean {
    while (this.#bytes + bytes > this.limit) if (!this.#makeRoom()) return false;
    this.#bytes += bytes;
    return true;
  }

  free(bytes: number): void {
    this.#bytes -= bytes;
  }
}
