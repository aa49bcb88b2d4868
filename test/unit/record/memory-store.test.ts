import { describe } from 'vitest';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { evidenceContract } from '../../support/evidence-contract.ts';
import { experimentContract } from '../../support/experiment-contract.ts';
import { markContract } from '../../support/mark-contract.ts';
import { rehearsalContract } from '../../support/rehearsal-contract.ts';
import { rolloutContract } from '../../support/rollout-contract.ts';
import { serviceContract } from '../../support/service-contract.ts';
import { type StoreKind, storeContract } from '../../support/store-contract.ts';
import { timelineContract } from '../../support/timeline-contract.ts';

describe('a SQLite store in memory', () => {
  const kind: StoreKind = {
    place: () => ':memory:',
    open: (path, run) => SqliteStore.open({ path, run, now: () => 0, warn: () => {} }),
  };
  storeContract(kind);
  rehearsalContract(kind);
  markContract(kind);
  rolloutContract(kind);
  experimentContract(kind);
  evidenceContract(kind);
  serviceContract(kind);
  timelineContract(kind);
});
