/**
 * Entry of the process that holds the store. SQLite maps one of its files into memory. If another program cuts that
 * file short while it is in use, SIGBUS ends this process, which is therefore not the one that serves clients. A
 * hanging disk blocks only this process, too.
 */
import { systemClock } from '../../lib/clock.ts';
import { collectGarbage } from '../../lib/garbage.ts';
import { performOn } from '../delegating-store.ts';
import { SqliteStore } from '../sqlite/store.ts';
import { StoreError } from '../store-error.ts';
import { type FromProcess, failureOf, type Question, type ToProcess } from './messages.ts';

let store: SqliteStore | undefined;

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'open': {
      const { place, condition, before } = question;
      const warn = (message: string): void => tell({ say: 'warn', message });
      const onDoubt = (): void => tell({ say: 'doubt' });
      store = await SqliteStore.open({ ...place, condition, before, now: systemClock.wall, warn, onDoubt });
      collectGarbage();
      return store.file;
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
  // The process that asked may have ended meanwhile.
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

process.on('message', async ({ number, ...question }: ToProcess) => {
  try {
    tell({ say: 'done', number, value: await answer(question) });
  } catch (error) {
    tell({ say: 'failed', number, failure: failureOf(error) });
  }
});
// Everything that main sent before it died is done by now.
process.on('disconnect', () => process.exit());
// A terminal or service manager sends these signals to main's children too. This process ends when main says so.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
