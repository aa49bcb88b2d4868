import { Ledger } from '../../src/metrics/ledger.ts';
import { Tally } from '../../src/metrics/tally.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../../src/model/verdict-settings.ts';
import { Recorder, type RecorderOptions } from '../../src/record/recorder.ts';
import { ReopeningStore } from '../../src/record/reopening-store.ts';
import { SqliteStore } from '../../src/record/sqlite/store.ts';
import { afterThisTest } from './cleanup.ts';
import { OF_FIRST, rehearsal, signature } from './flushes.ts';
import { ManualClock } from './manual-clock.ts';
import { rowAt } from './rows.ts';

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
    resting: store,
    ...recordingOf(ledger, ['orders']),
    config: { flushInterval: 1_000, retention: { age: 86_400_000, size } },
    clock,
    every: clock.every,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  afterThisTest(() => recorder.writeLast().then(() => recorder.close()));
  const mismatch = async () => {
    ledger.request(rowAt(0), 'GET', 200);
    ledger.end(rowAt(0), 'mismatch');
    recorder.accept({ ...OF_FIRST, signatures: [signature()], evidence: [], rules: [], redactions: [] });
    await recorder.flush();
  };
  return { clock, recorder, store, warnings, mismatch };
}

/** What a recorder asks for, where all is of one rehearsal; the rows of the routes are in their order. */
export function recordingOf(
  ledger: Ledger,
  routes: readonly string[],
): Pick<RecorderOptions, 'collect' | 'rehearsals' | 'configured'> {
  const tally = new Tally([ledger]);
  return {
    collect: () =>
      [...tally.collect(routes.map((_, index) => rowAt(index)))].map(([row, counts]) => ({
        ...OF_FIRST,
        route: routes[row]!,
        counts,
      })),
    rehearsals: () => [rehearsal()],
    configured: () => ({
      services: [],
      rules: [],
      routes: [],
      experiments: [],
      exposures: 'kept',
      verdict: DEFAULT_VERDICT_SETTINGS,
    }),
  };
}
