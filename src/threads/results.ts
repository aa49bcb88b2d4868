/**
 * Entry of the process that answers questions about the results. It reads the store by itself: a question that takes
 * long delays neither the recording nor main. It is a process and not a thread, as SQLite maps a file into memory (see
 * record/process/entry.ts).
 *
 * The store is opened for the questions that wait, and closed when they are answered: all of an answer is of one
 * moment, what several of them need is read once, no old moment is held against the writer, and a file that took the
 * place of another is found.
 */
import { flushCompileCache } from 'node:module';
import type { StoreReader } from '../model/store-reader.ts';
import { openReader } from '../record/open-store.ts';
import { answer } from '../results/questions.ts';
import { isSound } from '../verdict/self-test.ts';
import { type FromResults, failureOf, type ToResults } from './results-messages.ts';

const [store] = process.argv.slice(2);
let waiting: ToResults[] = [];
let isKept = false;

function ask(question: ToResults): void {
  if (waiting.push(question) === 1) setImmediate(() => void answerAll());
}

async function answerAll(): Promise<void> {
  const questions = waiting;
  waiting = [];
  const reader = openReader(store!);
  for (const each of questions) tell(await answerTo(each, reader));
  // Where it could not be opened, each answer says so.
  await reader.then((opened) => opened.close()).catch(() => {});
  keepCompiled();
}

/** Once: main may end this process at any time, and the next one starts in half the time with what is compiled by now. */
function keepCompiled(): void {
  if (isKept) return;
  isKept = true;
  flushCompileCache();
}

async function answerTo({ number, question, query }: ToResults, reader: Promise<StoreReader>): Promise<FromResults> {
  try {
    return { number, say: 'done', value: await answer(await reader, question, query as never) };
  } catch (error) {
    return { number, say: 'failed', failure: failureOf(error) };
  }
}

function tell(message: FromResults): void {
  // The process that asked may have ended meanwhile.
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

process.on('message', ask);
// The verdict needs its self-test, and the process is often started ahead of the first question.
isSound();
process.on('disconnect', () => process.exit());
// A terminal or service manager sends these signals to main's children too. This process ends when main says so.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
