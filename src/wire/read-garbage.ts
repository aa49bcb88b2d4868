/**
 * Keeps long transfers from piling up the buffers that their reads leave behind. Every read fills a buffer of its own,
 * outside the heap, which is garbage as soon as it is forwarded; but V8 counts such memory for a collection only after
 * 64 MiB of it. A minor collection takes half a millisecond, and is due here much earlier.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes read between two minor collections. */
const INTERVAL = 16 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;

let read = 0;

/** Takes note of a read; once in a while, collects. */
export function noteRead(bytes: number): void {
  read += bytes;
  if (read < INTERVAL) return;
  read = 0;
  collect({ type: 'minor' });
}
