import type { Answer } from '../../src/model/answer.ts';
import { SqliteStore } from '../../src/record/sqlite/store.ts';
import { afterThisTest } from './cleanup.ts';
import { type FlushParts, flush } from './flushes.ts';

const NOON = Date.UTC(2026, 10, 3, 12);

/** What is recorded in one second. */
export type Second = Omit<FlushParts, 'sequence' | 'at'>;

const signs = { slower: { worse: 30, better: 70 } };
export const good: Second = {
  routes: { orders: { requests: 100, endings: { match: 100 }, legs: { control: [1] }, signs } },
};
export const PLACE = { path: '$.<b>&"', kind: 'value' } as const;
const bad: Second = {
  ...good,
  evidence: [{ route: 'orders', ...PLACE, shadowOnly: 9, controlOnly: 0, both: 0 }],
};
const lossy: Second = {
  routes: { orders: { requests: 100, endings: { match: 50, 'skipped:tape_full': 50 }, signs } },
};

export const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second);

/** What has to be recorded for each verdict. */
export const SECONDS: Readonly<Record<Answer, readonly Second[]>> = {
  pass: times(60, good),
  regression: times(60, bad),
  inconclusive: times(10, good),
  invalid: times(60, lossy),
};

/** A store that is written to and closed again, any number of times. */
export class SecondsWriter {
  readonly path: string;
  #sequence = 0;

  constructor(path: string) {
    this.path = path;
  }

  async write(seconds: readonly Second[]): Promise<void> {
    const store = await this.open(seconds);
    await store.finish(NOON + this.#sequence * 1_000);
    await store.close();
  }

  /** With these seconds written to it. */
  async open(seconds: readonly Second[]): Promise<SqliteStore> {
    const run = { id: 'run', startedAt: NOON };
    const store = await SqliteStore.open({ path: this.path, run, now: () => NOON, warn: () => {} });
    for (const second of seconds) {
      const at = NOON + ++this.#sequence * 1_000;
      await store.write(flush({ sequence: this.#sequence, at, configured: { rules: [], routes: [] }, ...second }));
    }
    return store;
  }
}

/** Open, in memory, until the test ends. */
export async function judgedStore(seconds: readonly Second[]): Promise<SqliteStore> {
  const store = await new SecondsWriter(':memory:').open(seconds);
  afterThisTest(() => store.close());
  return store;
}
