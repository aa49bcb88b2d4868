import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { ASLEEP, DOORBELL, HEAD, Tape } from '../../../src/tape/layout.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';
import { type Counts, KIND, type Memories } from './script.ts';

const writingThread = new URL('./writing-thread.ts', import.meta.url);
const readingThread = new URL('./reading-thread.ts', import.meta.url);
const workers: Worker[] = [];

function start(file: URL, workerData: Memories): Worker {
  const worker = new Worker(file, { workerData });
  workers.push(worker);
  return worker;
}

/** The next message of a thread; rejects when the thread fails. */
async function message<T>(worker: Worker): Promise<T> {
  const [value] = await once(worker, 'message');
  return value;
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** Settles when a cell of the tape fulfills a condition. */
async function cell(memory: SharedArrayBuffer, index: number, condition: (value: number) => boolean): Promise<void> {
  const cells = new Int32Array(memory);
  while (!condition(Atomics.load(cells, index))) await new Promise((resolve) => setImmediate(resolve));
}

function readerSleeps(memory: SharedArrayBuffer): Promise<void> {
  return cell(memory, DOORBELL, (state) => state === ASLEEP);
}

type Written = { counts: Counts; refused: number; sleeps: number };
type Read = Counts & { unfinished: number };

test.each([
  { capacity: 1024, seed: 1 },
  { capacity: 2008, seed: 2 },
  { capacity: 65_536, seed: 3 },
])('two threads pass every byte of every exchange through $capacity bytes', async ({ capacity, seed }) => {
  const script: Memories = { memory: Tape.allocate(capacity), seed, exchanges: 10_000 };
  const writing = message<Written>(start(writingThread, script));
  const reading = message<Read>(start(readingThread, script));
  const [written, read] = await Promise.all([writing, reading]);
  expect(read).toEqual({ ...written.counts, unfinished: 0 });
  expect(read.opened).toBe(script.exchanges);
  expect(written.refused).toBeGreaterThan(0);
  expect(written.sleeps).toBeGreaterThan(0);
  await readerSleeps(script.memory);
  expect(new TapeWriter(script.memory).used).toBe(0);
});

test('a writing thread that is killed leaves whole frames alone, and a successor goes on', async () => {
  const script: Memories = { memory: Tape.allocate(2048), seed: 4, exchanges: Number.POSITIVE_INFINITY };
  const reading = message<Read>(start(readingThread, script));
  const writing = start(writingThread, script);
  await cell(script.memory, HEAD, (head) => head > 2048);
  await writing.terminate();
  await readerDrains(script.memory);
  const successor = new TapeWriter(script.memory);
  successor.claim(0);
  successor.commit(KIND.farewell, 0, 0);
  successor.ring();
  const read = await reading;
  expect(read.opened).toBe(read.ended + read.abandoned + read.unfinished);
  expect(read.data).toBeGreaterThan(0);
});

test('a reading thread that is killed in its sleep is succeeded by another', async () => {
  const script: Memories = { memory: Tape.allocate(2048), seed: 5, exchanges: 500 };
  const first = start(readingThread, script);
  await readerSleeps(script.memory);
  await first.terminate();
  const reading = message<Read>(start(readingThread, script));
  const written = await message<Written>(start(writingThread, script));
  expect(await reading).toEqual({ ...written.counts, unfinished: 0 });
});

test('what a handler throws after a wake-up is the error of its thread', async () => {
  const script: Memories = { memory: Tape.allocate(2048), seed: 6, exchanges: 0 };
  const reading = message<Read>(start(readingThread, script));
  await readerSleeps(script.memory);
  const writer = new TapeWriter(script.memory);
  writer.claim(0);
  writer.commit(99, 0, 0);
  writer.ring();
  await expect(reading).rejects.toThrow('a frame of kind 99');
});

/** Settles when the reader has read all; a killed writer may not have rung. */
async function readerDrains(memory: SharedArrayBuffer): Promise<void> {
  const writer = new TapeWriter(memory);
  while (writer.used > 0) {
    writer.ring();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
