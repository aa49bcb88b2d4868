/**
 * Entry of the process that answers questions about the results. It reads the store by itself: a question that takes
 * long delays neither the recording nor main. It is a process and not a thread, as SQLite maps a file into memory (see
 * record/process/entry.ts).
 *
 * The store is opened for each question: all of an answer is of one moment, no old moment is held against the writer,
 * and a file that took the place of another is found.
 */
import { openReader } from '../record/open-store.ts';
import { answer, type Question } from '../results/questions.ts';
import { isSound } from '../verdict/self-test.ts';
import { type FromResults, failureOf, type ToResults } from './results-messages.ts';

const [store] = process.argv.slice(2);

async function answerTo(question: Question, query: never): Promise<unknown> {
  const reader = await openReader(store!);
  try {
    return await answer(reader, question, query);
  } finally {
    await reader.close();
  }
}

function tell(message: FromResults): void {
  // The process that asked may have ended meanwhile.
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

process.on('message', async ({ number, question, query }: ToResults) => {
  try {
    tell({ number, say: 'done', value: await answerTo(question, query as never) });
  } catch (error) {
    tell({ number, say: 'failed', failure: failureOf(error) });
  }
});
// The verdict needs its self-test, and the process is often started ahead of the first question.
isSound();
process.on('disconnect', () => process.exit());
// A terminal or service manager sends these signals to main's children too. This process ends when main says so.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
