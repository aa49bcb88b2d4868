import { Script } from 'node:vm';

/*
 * Formats are read by our own loops, by foreign parsers and by regular expressions, which can't all check the clock. V8
 * can terminate running code from another thread, wherever it is. That covers everything, and costs about 0.1 ms to
 * start the thread. Terminated code runs no catch and no finally.
 */

const WORK = Symbol.for('understudy.compare.work');
const holder = globalThis as { [WORK]?: () => void };
const script = new Script(`globalThis[Symbol.for('understudy.compare.work')]()`);

/** Runs `work` for at most this many milliseconds. False if that was not enough: then it was terminated. */
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
