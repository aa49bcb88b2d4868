/**
 * Entry of the process that holds the store. SQLite maps one of its files into memory, and whoever cuts that file short
 * while it is in use ends the process with SIGBUS: so that is not the process with the clients in it. A disk that
 * hangs holds up nothing but this process either.
 */
import { systemClock } from '../../lib/clock.ts';
import { performOn } from '../delegating-store.ts';
import { SqliteStore } from '../sqlite/store.ts';
import { StoreError } from '../store-error.ts';
import { type FromProcess, failureOf, type Question, type ToProcess } from './messages.ts';

let store: SqliteStore | undefined;

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'open': {
      const { place, condition } = question;
      const warn = (message: string): void => tell({ say: 'warn', message });
      const onDoubt = (): void => tell({ say: 'doubt' });
      store = await SqliteStore.open({ ...place, condition, now: systemClock.wall, warn, onDoubt });
      return undefined;
    }
    case 'perform':
      return performOn(opened(), question.operation, question.args);
    case 'sound':
      return opened().sound();
    case 'condemn':
      return opened().condemn(question.reason);
    case 'close':
      return store?.close();
  }
}

function opened(): SqliteStore {
  if (store === undefined) throw new StoreError('closed', 'the store is not open');
  return store;
}

function tell(message: FromProcess): void {
  // Whoever asked may have ended meanwhile.
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

process.on('message', async ({ number, ...question }: ToProcess) => {
  try {
    tell({ say: 'done', number, value: await answer(question) });
  } catch (error) {
    tell({ say: 'failed', number, failure: failureOf(error) });
  }
});
// What main had sent before it died has been done by now.
process.on('disconnect', () => process.exit());
// A terminal and a service manager send these to main's children too; main says itself when it is time.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
