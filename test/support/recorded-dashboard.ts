import type { AdminDependencies } from '../../src/admin/dependencies.ts';
import { createAdminServer } from '../../src/admin/server.ts';
import { SqliteStore } from '../../src/record/sqlite/store.ts';
import { asking } from '../../src/results/questions.ts';
import { dependencies } from '../unit/admin/results.ts';
import { afterThisTest } from './cleanup.ts';
import { type FlushParts, flush } from './flushes.ts';

export interface RecordedDashboard {
  readonly origin: string;
  readonly store: SqliteStore;
  /** Records this now; open pages are told. */
  write(parts: Omit<FlushParts, 'sequence' | 'at'>): Promise<void>;
}

/** A dashboard of what a test records, until that ends. */
export async function startRecorded(changes: Partial<AdminDependencies> = {}): Promise<RecordedDashboard> {
  const run = { id: 'run-1', startedAt: Date.now() };
  const store = await SqliteStore.open({ path: ':memory:', run, now: Date.now, warn: () => {} });
  const well = dependencies().health();
  let sequence = 0;
  const server = createAdminServer(
    dependencies({
      store,
      ask: asking(store),
      now: Date.now,
      health: () => ({ ...well, recordedAt: sequence }),
      ...changes,
    }),
  );
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  afterThisTest(async () => {
    await server.close();
    await store.close();
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    store,
    async write(parts) {
      await store.write(flush({ sequence: sequence + 1, at: Date.now(), ...parts }));
      sequence++;
    },
  };
}
