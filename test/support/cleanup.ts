import { onTestFinished, TestRunner } from 'vitest';

/** Undoes something when the running test ends. Outside a test (in `beforeAll`) the caller closes what it opened. */
export function afterThisTest(undo: () => unknown): void {
  if (TestRunner.getCurrentTest() !== undefined) onTestFinished(async () => void (await undo()));
}
