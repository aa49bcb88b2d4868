import { FindingsGathering } from '../findings/gathering.ts';
import type { RouteCounts } from '../metrics/layout.ts';
import type { FindingsBatch } from '../model/finding.ts';
import { incrementOf } from './increment.ts';
import type { Renaming } from './renaming.ts';
import type { Flush } from './store.ts';

/**
 * What waits to be written, in bounded memory. Counts wait by minute; when there are too many, the two oldest minutes
 * become one, so that no count is ever lost. Findings wait together and go with the newest minute.
 *
 * A flush that was once handed out stays as it is until it is written: if its writing succeeded and only the answer
 * was lost, the store recognizes it by its sequence.
 */
export class Backlog {
  readonly #minutes = new Map<number, Minute>();
  readonly #findings: FindingsGathering;
  #droppedBefore = 0;
  /** As many as there are routes, at most. */
  #renamings: Renaming[] = [];
  #sequence = 0;
  #handedOut: Flush | undefined;

  /**
   * @param storeSize bytes that the store may grow to. The examples of one flush are so much less that they find room in
   * it once it was pruned, even where each of their characters is written as an escape of six.
   */
  constructor(storeSize: number, mostExampleBytes = MOST_EXAMPLE_BYTES) {
    const exampleBytes = Math.min(mostExampleBytes, storeSize / 16);
    this.#findings = new FindingsGathering({ perRoute: 500, inAll: 10_000, exampleBytes });
  }

  get minutes(): number {
    return this.#minutes.size + (this.#handedOut === undefined ? 0 : 1);
  }

  get signatures(): number {
    return this.#findings.signatures + (this.#handedOut?.findings[0]?.signatures.length ?? 0);
  }

  /** Examples that were given up since the start, here and before they came here. */
  get droppedExamples(): number {
    return this.#droppedBefore + this.#findings.droppedExamples;
  }

  /** Requests that were counted and not yet written. */
  get requests(): number {
    const waiting = [...this.#minutes.values()].flatMap(({ counts }) => [...counts.values()]);
    const handedOut = this.#handedOut?.counts ?? [];
    return (
      waiting.reduce((sum, { requestTotal }) => sum + requestTotal, 0) +
      handedOut.reduce((sum, { requests }) => sum + requests, 0)
    );
  }

  /** @param droppedExamples examples that were given up where the batch was made. */
  addFindings(batch: FindingsBatch, droppedExamples: number): void {
    this.#droppedBefore += droppedExamples;
    this.#findings.add(batch);
  }

  addRenaming(renaming: Renaming): void {
    this.#renamings.push(renaming);
  }

  /** @param at the time of gathering; it makes a flush of its minute due, even without any gain. */
  addCounts(at: number, gains: ReadonlyMap<string, RouteCounts>): void {
    const minute = Math.floor(at / 60_000);
    this.#merge(minute, { at, counts: gains });
    this.#bound();
  }

  /** What to write next, oldest first; the same until it is `written`. */
  next(): Flush | undefined {
    this.#handedOut ??= this.#seal();
    return this.#handedOut;
  }

  written(): void {
    this.#handedOut = undefined;
  }

  #seal(): Flush | undefined {
    const oldest = this.#oldest();
    if (oldest === undefined) return undefined;
    const [minute, { at, counts }] = oldest;
    this.#minutes.delete(minute);
    const newest = this.#minutes.size === 0;
    return {
      sequence: ++this.#sequence,
      at,
      counts: [...counts].map(([route, of]) => incrementOf(route, of)),
      findings: newest ? [this.#findings.take()] : [],
      renamings: newest ? this.#renamings.splice(0) : [],
    };
  }

  #oldest(): [number, Minute] | undefined {
    const [first] = this.#minutes;
    return first;
  }

  #merge(
    minute: number,
    { at, counts }: { readonly at: number; readonly counts: ReadonlyMap<string, RouteCounts> },
  ): void {
    const into = this.#minutes.get(minute)?.counts ?? new Map<string, RouteCounts>();
    for (const [route, gain] of counts) into.set(route, into.get(route)?.plus(gain) ?? gain);
    this.#minutes.set(minute, { at, counts: into });
  }

  #bound(): void {
    while (this.#minutes.size > 1 && this.#blocks() > BLOCKS) {
      const [minute, oldest] = this.#oldest()!;
      this.#minutes.delete(minute);
      const [next, { at }] = this.#oldest()!;
      this.#merge(next, { at, counts: oldest.counts });
    }
  }

  #blocks(): number {
    let blocks = 0;
    for (const { counts } of this.#minutes.values()) blocks += counts.size;
    return blocks;
  }
}

const MOST_EXAMPLE_BYTES = 32 * 1024 * 1024;

/** Blocks of counts, one a route and minute, that may wait: 48 MiB. */
const BLOCKS = 512;

interface Minute {
  /** Milliseconds since 1970 of the last gathering in it. */
  readonly at: number;
  readonly counts: Map<string, RouteCounts>;
}
