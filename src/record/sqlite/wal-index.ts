/**
 * What the -shm file says about the -wal file beside it (https://sqlite.org/walformat.html, section 2). SQLite keeps
 * it mapped in memory and trusts it. If it contradicts the log, one of the two was damaged.
 */
const HEADER_BYTES = 48;
/** Two copies of the header, then the progress of checkpoints and readers. */
export const WAL_INDEX_BYTES = 136;
const FORMAT = 3_007_000;
const LOG_HEADER = 32;
const FRAME_HEADER = 24;

export interface WalIndex {
  /** The number of valid frames in the log. */
  readonly frames: number;
  /** How many of them are in the database as well. */
  readonly backfilled: number;
  /** The number of pages of the database according to the log. 0: the log does not say. */
  readonly pages: number;
  readonly pageSize: number;
  /** The same as in the header of the log. */
  readonly salt: Buffer;
}

/** Undefined if the two copies of the header differ or are invalid. SQLite then rebuilds the index from the log. */
export function parseWalIndex(bytes: Buffer): WalIndex | undefined {
  if (bytes.length < WAL_INDEX_BYTES) return undefined;
  const header = bytes.subarray(0, HEADER_BYTES);
  if (!header.equals(bytes.subarray(HEADER_BYTES, 2 * HEADER_BYTES))) return undefined;
  const { u16, u32 } = readers(header);
  if (u32(0) !== FORMAT || header[12] !== 1) return undefined;
  return {
    frames: u32(16),
    backfilled: readers(bytes).u32(96),
    pages: u32(20),
    // 65536 does not fit, and is written as 1.
    pageSize: u16(14) === 1 ? 65_536 : u16(14),
    salt: Buffer.from(header.subarray(32, 40)),
  };
}

/** The number of bytes that the log must have. */
export function logBytes({ frames, pageSize }: WalIndex): number {
  return frames === 0 ? 0 : LOG_HEADER + frames * (FRAME_HEADER + pageSize);
}

/** How many whole frames a log of this many bytes has. */
export function wholeFrames({ pageSize }: WalIndex, bytes: number): number {
  return Math.max(Math.floor((bytes - LOG_HEADER) / (FRAME_HEADER + pageSize)), 0);
}

/**
 * The salt in the first bytes of a log, in the form in which the index has it; undefined if there are too few bytes.
 */
export function saltOf(log: Buffer): Buffer | undefined {
  return log.length < LOG_HEADER ? undefined : log.subarray(16, 24);
}

/** The index is in the byte order of the machine, unlike the log. */
function readers(bytes: Buffer): { u16: (at: number) => number; u32: (at: number) => number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { u16: (at) => view.getUint16(at, LITTLE), u32: (at) => view.getUint32(at, LITTLE) };
}

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
