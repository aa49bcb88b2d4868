import { ExampleBudget } from '../findings/example-budget.ts';
import { FindingsGathering } from '../findings/gathering.ts';
import type { RouteCounts } from '../metrics/layout.ts';
import type { FindingsBatch } from '../model/finding.ts';
import { incrementOf } from './increment.ts';
import type { Flush, Rehearsed, Renaming } from './store.ts';
import { WaitingUsers } from './waiting-users.ts';

/** The counts of a route in one rehearsal since the last call. */
export interface RouteIncrement extends Rehearsed {
  readonly route: string;
  readonly counts: RouteCounts;
}

/** A flush without the parts that are taken at the moment of writing. */
export type Backlogged = Omit<Flush, 'rehearsals' | 'configured'>;

/**
 * What waits to be written, in bounded memory. Counts wait by minute. If there are too many minutes, the two oldest
 * are merged, so that no count is ever lost. Findings wait together and go with the newest minute.
 *
 * A flush that was handed out does not change until it is written: if it was written and only the response was lost,
 * the store recognizes it by its sequence.
 */
export class Backlog {
  readonly #minutes = new Map<number, Minute>();
  readonly #examples: ExampleBudget;
  /** By rehearsal. */
  #findings = new Map<string, Gathering>();
  readonly users: WaitingUsers;
  /** Examples that were dropped earlier, or in gatherings that have been taken. */
  #droppedBefore = 0;
  /** At most one per route. */
  #renamings: Renaming[] = [];
  #clockJumps: number[] = [];
  #sequence = 0;
  #handedOut: Backlogged | undefined;
  #handedOutBytes = 0;

  /**
   * @param storeSize bytes that the store may grow to. The examples of one flush are limited so that they fit into a
   * pruned store, even if each character is escaped as six.
   * @param hold milliseconds that outcomes of experiments wait.
   */
  constructor(storeSize: number, mostExampleBytes = MOST_EXAMPLE_BYTES, hold = 0) {
    this.users = new WaitingUsers(hold);
    const exampleBytes = Math.min(mostExampleBytes, storeSize / 16);
    this.#examples = new ExampleBudget(exampleBytes);
  }

  get minutes(): number {
    return this.#minutes.size + (this.#handedOut === undefined ? 0 : 1);
  }

  get signatures(): number {
    const waiting = [...this.#findings.values()].reduce((sum, { gathering }) => sum + gathering.signatures, 0);
    return (this.#handedOut?.findings ?? []).reduce((sum, { signatures }) => sum + signatures.length, waiting);
  }

  /** Examples dropped since the start, here and earlier. */
  get droppedExamples(): number {
    return [...this.#findings.values()].reduce(
      (sum, { gathering }) => sum + gathering.droppedExamples,
      this.#droppedBefore,
    );
  }

  /** Whether nothing waits but minutes in which nothing happened. */
  get isEmpty(): boolean {
    const waiting = this.#findings.size + this.#renamings.length + this.#clockJumps.length;
    return this.#handedOut === undefined && waiting === 0 && this.users.isEmpty && this.#blocks() === 0;
  }

  /** Only when it is empty. */
  forgetEmptyMinutes(): void {
    this.#minutes.clear();
  }

  /** The bytes of the examples that wait, and of those that were handed out. */
  get exampleBytes(): number {
    return this.#examples.taken + this.#handedOutBytes;
  }

  /** Requests that were counted and not yet written. */
  get requests(): number {
    const waiting = [...this.#minutes.values()].flatMap(({ counts }) => [...counts.values()]);
    const handedOut = this.#handedOut?.counts ?? [];
    return (
      waiting.reduce((sum, increment) => sum + increment.counts.requestTotal, 0) +
      handedOut.reduce((sum, { requests }) => sum + requests, 0)
    );
  }

  /** Counts examples that were dropped before they reached this backlog. */
  addDropped(examples: number): void {
    this.#droppedBefore += examples;
  }

  addFindings({ service, rehearsal, ...batch }: Rehearsed & FindingsBatch): void {
    let into = this.#findings.get(rehearsal);
    if (into === undefined) {
      const gathering = new FindingsGathering({ perRoute: 500, inAll: 10_000, examples: this.#examples });
      into = { of: { service, rehearsal }, gathering };
      this.#findings.set(rehearsal, into);
    }
    into.gathering.add(batch);
  }

  addRenaming(renaming: Renaming): void {
    this.#renamings.push(renaming);
  }

  addClockJump(milliseconds: number): void {
    this.#clockJumps.push(milliseconds);
  }

  /** @param at the time of gathering. Its minute gets a flush even without any counts. */
  addCounts(at: number, increments: readonly RouteIncrement[]): void {
    const minute = Math.floor(at / 60_000);
    this.#merge(minute, at, increments);
    this.#bound();
  }

  /** What to write next, oldest first. The same until `written` is called. */
  next(): Backlogged | undefined {
    this.#handedOut ??= this.#seal();
    return this.#handedOut;
  }

  written(): void {
    this.#handedOut = undefined;
    this.#handedOutBytes = 0;
  }

  #takeFindings(): Backlogged['findings'] {
    this.#droppedBefore = this.droppedExamples;
    this.#handedOutBytes = this.#examples.taken;
    const taken = [...this.#findings.values()].map(({ of, gathering }) => ({ ...of, ...gathering.take() }));
    this.#findings = new Map();
    return taken;
  }

  #seal(): Backlogged | undefined {
    const oldest = this.#oldest();
    if (oldest === undefined) return undefined;
    const [minute, { at, counts }] = oldest;
    this.#minutes.delete(minute);
    const newest = this.#minutes.size === 0;
    const users = newest ? this.users.take(at) : undefined;
    return {
      sequence: ++this.#sequence,
      at,
      counts: [...counts.values()].map(({ counts: of, ...increment }) => ({
        ...increment,
        ...incrementOf(increment.route, of),
      })),
      findings: newest ? this.#takeFindings() : [],
      renamings: newest ? this.#renamings.splice(0) : [],
      clockJumps: newest ? this.#clockJumps.splice(0) : [],
      ...(users && { users }),
    };
  }

  #oldest(): [number, Minute] | undefined {
    const [first] = this.#minutes;
    return first;
  }

  #merge(minute: number, at: number, increments: Iterable<RouteIncrement>): void {
    const into = this.#minutes.get(minute)?.counts ?? new Map<string, RouteIncrement>();
    for (const increment of increments) {
      const key = JSON.stringify([increment.rehearsal, increment.route]);
      const counts = into.get(key)?.counts.plus(increment.counts) ?? increment.counts;
      into.set(key, { ...increment, counts });
    }
    this.#minutes.set(minute, { at, counts: into });
  }

  #bound(): void {
    while (this.#minutes.size > 1 && this.#blocks() > BLOCKS) {
      const [minute, oldest] = this.#oldest()!;
      this.#minutes.delete(minute);
      const [next, { at }] = this.#oldest()!;
      this.#merge(next, at, oldest.counts.values());
    }
  }

  #blocks(): number {
    let blocks = 0;
    for (const { counts } of this.#minutes.values()) blocks += counts.size;
    return blocks;
  }
}

const MOST_EXAMPLE_BYTES = 32 * 1024 * 1024;

/** Blocks of counts, one per route and minute, that may wait: 48 MiB. */
const BLOCKS = 512;

interface Minute {
  /** Milliseconds since 1970 of the last gathering in this minute. */
  readonly at: number;
  /** By rehearsal and route. */
  readonly counts: Map<string, RouteIncrement>;
}

interface Gathering {
  readonly of: Rehearsed;
  readonly gathering: FindingsGathering;
}
