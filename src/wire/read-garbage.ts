/**
 * Keeps long transfers from piling up used read buffers. Every read fills a new buffer outside the heap, which is
 * garbage as soon as it is forwarded. But V8 starts a collection only after 64 MiB of such memory. A minor collection
 * takes half a millisecond, so it is done here much earlier.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes read between two minor collections. */
const INTERVAL = 16 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;

let read = 0;

/** Counts a read, and collects from time to time. */
export function noteRead(bytes: number): void {
  read += bytes;
  if (read < INTERVAL) return;
  read = 0;
  collect({ type: 'minor' });
}
