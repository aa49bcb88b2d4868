import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects this thread's garbage and gives the memory back to the system. For the end of a start: loading modules
 * makes the young generation grow, and V8 lets it shrink in collections that never come while nobody sends requests.
 * Takes some 20 ms in a thread that serves, and 100 ms in main (bench/README.md has what it gains).
 */
export function collectGarbage(): void {
  // Only a context that is made after the flag was set has the function.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  // Other collections leave the young generation as large as it has grown.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
