import { describe } from 'vitest';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { storeContract } from '../../support/store-contract.ts';

describe('a SQLite store in memory', () => {
  storeContract({
    place: () => ':memory:',
    open: (path, run) => SqliteStore.open({ path, run, now: () => 0, warn: () => {} }),
  });
});
