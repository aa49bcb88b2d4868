import { Script } from 'node:vm';

/*
 * Formats are read by loops of ours, by parsers of others and by regular expressions of the engine; a look at the clock
 * in each of them would be forgotten in the next one. V8 can end what runs, wherever it is, from another thread: that
 * holds for all of it, at the price of about 0.1 ms to start that thread. What is ended runs no catch and no finally.
 */

const WORK = Symbol.for('understudy.compare.work');
const holder = globalThis as { [WORK]?: () => void };
const script = new Script(`globalThis[Symbol.for('understudy.compare.work')]()`);

/** Runs `work` for so many milliseconds at most. False if that was not enough: then it was ended in the middle. */
export function runWithin(milliseconds: number, work: () => void): boolean {
  holder[WORK] = work;
  try {
    script.runInThisContext({ timeout: Math.ceil(milliseconds) });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  } finally {
    delete holder[WORK];
  }
}
