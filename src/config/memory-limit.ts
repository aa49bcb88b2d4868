/** How much memory the container leaves to the process, and how it is divided. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { posix } from 'node:path';

const MIB = 1024 * 1024;
const ROOT = '/sys/fs/cgroup';

/** Reads a file; undefined if there is none. */
export type ReadLimit = (path: string) => string | undefined;

/**
 * The lowest memory limit of the process's control groups and their parents, in bytes; undefined if that is not below
 * the machine's memory. Version 2: memory.max; version 1: memory.limit_in_bytes (man 7 cgroups). If the path is the
 * host's and so does not exist here, the container's group is at the root of the mount.
 */
export function memoryLimit(read: ReadLimit = readIfThere, total: number = totalmem()): number | undefined {
  const limits = (read('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === '')
      return [ROOT, `${ROOT}/unified`].flatMap((mount) => upward(mount, path, 'memory.max', read));
    if (!controllers!.split(',').includes('memory')) return [];
    return upward(`${ROOT}/memory`, path, 'memory.limit_in_bytes', read);
  });
  const least = Math.min(total, ...limits);
  return least < total ? least : undefined;
}

/** The limits of a group and its parents, where they have one. */
function upward(mount: string, group: string, file: string, read: ReadLimit): number[] {
  const limits: number[] = [];
  for (let path = posix.join('/', group); ; path = posix.dirname(path)) {
    const limit = Number(read(posix.join(mount, path, file))?.trim() || Number.NaN);
    if (limit > 0) limits.push(limit);
    if (path === '/') return limits;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Sizes in bytes of what is held of requests and responses. */
export interface MemoryParts {
  /** Each of the two tapes of an edge thread. */
  readonly tape: number;
  /** For each mirror thread. */
  readonly buffer: number;
  /** For examples that wait to be written. */
  readonly examples: number;
  /** For examples that wait in each compare thread. */
  readonly collected: number;
  /** For the largest body, decompressed, that a compare thread parses. */
  readonly decoded: number;
}

/** What is written in the configuration. */
export type WrittenParts = Partial<Pick<MemoryParts, 'tape' | 'buffer'>>;

const SMALLEST: MemoryParts = { tape: MIB, buffer: 4 * MIB, examples: 2 * MIB, collected: MIB, decoded: MIB };
/** Larger ones gain nothing. What is left then is for the buffer, which has no largest size. */
const LARGEST: Omit<MemoryParts, 'buffer'> = {
  tape: 64 * MIB,
  examples: 32 * MIB,
  collected: 16 * MIB,
  decoded: 8 * MIB,
};
/** The share of each part in what is not written; the buffer has half of it. */
const SHARES: Omit<MemoryParts, 'buffer'> = { tape: 1 / 12, examples: 1 / 6, collected: 1 / 12, decoded: 1 / 12 };

/** What an edge thread may hold with the threads behind it, where nothing says otherwise. */
const USUAL = 96 * MIB;

/**
 * What main, the threads and the store's process need at low load, including garbage; measured with one edge thread,
 * and for each further one.
 */
const PROCESS = 264 * MIB;
const EDGE = 40 * MIB;

/** The share of what a container leaves. The rest is for garbage and bursts. */
const OF_SPARE = 5 / 16;

/** How much may be held where the configuration does not say. `limit`: of the process, in bytes; undefined: none. */
export function automaticMemory(limit: number | undefined, edges: number): number {
  return limit === undefined ? USUAL * edges : Math.min(USUAL * edges, spareOf(limit, edges) * OF_SPARE);
}

/** Divides what may be held. The parts may exceed a memory that is too small for them (see `heldBy`). */
export function divideMemory(memory: number, edges: number, written: WrittenParts = {}): MemoryParts {
  const { tape, buffer } = written;
  const rest = Math.max(0, memory - edges * (2 * (tape ?? 0) + (buffer ?? 0)));
  const part = (of: keyof typeof SHARES, sharers: number): number => {
    const bytes = roundDown((rest * SHARES[of]) / sharers);
    return Math.min(LARGEST[of], Math.max(SMALLEST[of], bytes));
  };
  const others = {
    tape: tape ?? part('tape', edges),
    examples: part('examples', 1),
    collected: part('collected', edges),
    decoded: part('decoded', edges),
  };
  const left = (memory - heldBy({ ...others, buffer: 0 }, edges)) / edges;
  return { ...others, buffer: buffer ?? Math.max(SMALLEST.buffer, roundDown(left)) };
}

/** What all parts hold together. */
export function heldBy({ tape, buffer, examples, collected, decoded }: MemoryParts, edges: number): number {
  return examples + edges * (2 * tape + buffer + collected + decoded);
}

function roundDown(bytes: number): number {
  return Math.floor(bytes / 65_536) * 65_536;
}

/** Up to which size V8 lets the heaps of an edge thread, and of its mirror and compare thread, grow, in bytes. */
export interface HeapLimits {
  /**
   * For the old generation. V8 also counts memory outside the heap (reads, bodies) and collects in time to stay below
   * the limit; a thread that has more than this in the heap itself ends.
   */
  readonly old: { readonly edge: number; readonly mirror: number; readonly compare: number };
  /** For the young generation; a comparison allocates much there. */
  readonly young: number;
}

/** What a thread has in its heap without any load, and as much again for garbage. */
const HEAP = 24 * MIB;
/** The shares of the rest: clients use the heap of an edge thread, parsed bodies that of a compare thread. */
const EDGE_HEAP = 1 / 3;
const COMPARE_HEAP = 1 / 8;
const YOUNG = { share: 1 / 12, least: 6 * MIB, most: 48 * MIB };

/** `buffer`: what a mirror thread may hold. Undefined if the process has no limit: V8 then chooses. */
export function heapLimits(limit: number | undefined, edges: number, buffer: number): HeapLimits | undefined {
  if (limit === undefined) return undefined;
  const each = spareOf(limit, edges) / edges;
  return {
    old: { edge: 2 * HEAP + each * EDGE_HEAP, mirror: HEAP + buffer, compare: 2 * HEAP + each * COMPARE_HEAP },
    young: Math.min(YOUNG.most, Math.max(YOUNG.least, each * YOUNG.share)),
  };
}

function spareOf(limit: number, edges: number): number {
  return Math.max(0, limit - PROCESS - EDGE * (edges - 1));
}
