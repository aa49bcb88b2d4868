import type { Fields } from '../model/exchange.ts';

/**
 * The memory of a piece of a body besides its bytes: its object, its place in a list. Pieces may have only one byte.
 */
const PIECE = 128;

/** The memory that a piece of a body takes. */
export function pieceSize(chunk: Uint8Array): number {
  return chunk.length + PIECE;
}

/** The memory that fields take: about their length as lines. */
export function fieldsSize(fields: Fields): number {
  let size = 2 * fields.length;
  for (let at = 0; at < fields.length; at++) size += fields[at]!.length;
  return size;
}

/** The bytes that all exchanges of a mirror thread hold together, and their limit. */
export class HeldBytes {
  limit: number;
  readonly #makeRoom: () => boolean;
  #bytes = 0;

  /** `makeRoom`: frees something, or returns false when nothing can be freed. */
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
