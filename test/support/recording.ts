import { Ledger } from '../../src/metrics/ledger.ts';
import { Tally } from '../../src/metrics/tally.ts';
import { Recorder } from '../../src/record/recorder.ts';
import { ReopeningStore } from '../../src/record/reopening-store.ts';
import { SqliteStore } from '../../src/record/sqlite/store.ts';
import { afterThisTest } from './cleanup.ts';
import { signature } from './flushes.ts';
import { ManualClock } from './manual-clock.ts';

export const RECORDING_START = Date.UTC(2026, 10, 3, 12);

/** A recorder on a store in a file, that opens it again as the program does; nothing is written but by `flush`. */
export async function recording(path: string, size = 2 ** 30) {
  const clock = new ManualClock(RECORDING_START);
  const ledger = new Ledger(Ledger.allocate());
  const warnings: string[] = [];
  const run = { id: 'run-1', startedAt: RECORDING_START };
  const store = await ReopeningStore.start((condition) =>
    SqliteStore.open({
      path,
      condition,
      run,
      limit: 1.5 * size,
      now: () => clock.wall(),
      warn: (message) => warnings.push(message),
    }),
  );
  const recorder = new Recorder({
    store,
    tally: new Tally([ledger]),
    routes: () => [{ name: 'orders', rows: [0] }],
    config: { flushInterval: 1_000, retention: { age: 86_400_000, size } },
    clock,
    every: clock.every,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  afterThisTest(() => recorder.drain());
  const mismatch = async () => {
    ledger.request(0, 'GET', 200);
    ledger.end(0, 'mismatch');
    recorder.accept({ signatures: [signature()], evidence: [], rules: [], redactions: [] });
    await recorder.flush();
  };
  return { clock, recorder, store, warnings, mismatch };
}
