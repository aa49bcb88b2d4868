/**
 * What the tape costs: `node bench/micro/tape.ts`.
 *
 * On one thread, the writer's and the reader's part are timed apart: the tape is filled, then drained, again and again.
 * On two threads, the writer sends frames in turns of the event loop and rings at the end of each; when the tape is full
 * it tries again in its next turn, so that what is measured is the slower side.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { ASLEEP, DOORBELL, Tape } from '../../src/tape/layout.ts';
import { TapeReader } from '../../src/tape/reader.ts';
import { TapeWriter } from '../../src/tape/writer.ts';

const CAPACITY = 1 << 20;
const DATA = 1;
const LAST = 2;
const ROUNDS = 7;
const PAYLOADS = [300, 1024];

type Copy = (writer: TapeWriter, at: number) => void;

if (isMainThread) {
  await measure();
} else {
  const reader = new TapeReader(workerData);
  parentPort!.on('message', () => {});
  reader.run(
    (kind) => {
      if (kind === LAST) parentPort!.postMessage('read');
    },
    { nap: 1 },
  );
}

async function measure(): Promise<void> {
  console.log(`best of ${ROUNDS} rounds, tape of ${CAPACITY} bytes\n\none thread, ns per frame`);
  for (const length of PAYLOADS) {
    const source = Buffer.alloc(length, 'x');
    const text = source.toString('latin1');
    report(`${length} bytes, claim and commit alone`, length, () => {});
    report(`${length} bytes, bytes.set(source, at)`, length, (writer, at) => writer.bytes.set(source, at));
    report(`${length} bytes, source.copy(bytes, at)`, length, (writer, at) => source.copy(writer.bytes, at));
    report(`${length} bytes, bytes.write(text, at, 'latin1')`, length, (writer, at) =>
      writer.bytes.write(text, at, 'latin1'),
    );
  }
  console.log('\ntwo threads');
  for (const length of PAYLOADS) {
    for (const perTurn of [8, 64, 512]) await twoThreads(length, perTurn);
  }
  console.log('\nthe bell');
  await bell();
}

function report(name: string, length: number, copy: Copy): void {
  const memory = Tape.allocate(CAPACITY);
  const writer = new TapeWriter(memory);
  const reader = new TapeReader(memory);
  let writing = Number.POSITIVE_INFINITY;
  let reading = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    let written = 0;
    let read = 0;
    let frames = 0;
    while (frames < 500_000) {
      const begun = performance.now();
      const count = fill(writer, length, copy);
      const filled = performance.now();
      reader.read(() => {}, count);
      written += filled - begun;
      read += performance.now() - filled;
      frames += count;
    }
    writing = Math.min(writing, (written / frames) * 1e6);
    reading = Math.min(reading, (read / frames) * 1e6);
  }
  console.log(`  ${name.padEnd(46)} write ${writing.toFixed(1).padStart(6)}  read ${reading.toFixed(1).padStart(6)}`);
}

/** Frames until the tape is full. */
function fill(writer: TapeWriter, length: number, copy: Copy): number {
  for (let count = 0; ; count++) {
    const at = writer.claim(length);
    if (at < 0) return count;
    copy(writer, at);
    writer.commit(DATA, count, length);
  }
}

async function twoThreads(length: number, perTurn: number): Promise<void> {
  const memory = Tape.allocate(CAPACITY);
  const writer = new TapeWriter(memory);
  const worker = new Worker(new URL(import.meta.url), { workerData: memory });
  await readerSleeps(memory);
  const source = Buffer.alloc(length, 'x');
  const frames = 500_000;
  let best = Number.POSITIVE_INFINITY;
  let cpu = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const done = once(worker, 'message');
    const begun = performance.now();
    const usage = process.cpuUsage();
    for (let sent = 0; sent < frames; ) {
      sent += sendTurn(writer, source, Math.min(perTurn, frames - sent), sent + perTurn >= frames);
      writer.ring();
      await turn();
    }
    await done;
    best = Math.min(best, performance.now() - begun);
    const { user, system } = process.cpuUsage(usage);
    cpu = Math.min(cpu, (user + system) / 1000);
  }
  await worker.terminate();
  const rate = Math.round(frames / (best / 1000)).toLocaleString('en');
  const each = ((best / frames) * 1e6).toFixed(0);
  const work = ((cpu / frames) * 1e6).toFixed(0);
  console.log(
    `  ${length} bytes, ${perTurn} frames a turn:`.padEnd(34),
    `${rate.padStart(10)} frames/s, ${each} ns a frame, ${work} ns CPU of both threads`,
  );
}

/** Sends up to `count` frames, the last of all as `LAST`, and returns how many found room. */
function sendTurn(writer: TapeWriter, source: Buffer, count: number, isLast: boolean): number {
  for (let sent = 0; sent < count; sent++) {
    const at = writer.claim(source.length);
    if (at < 0) return sent;
    writer.bytes.set(source, at);
    writer.commit(isLast && sent === count - 1 ? LAST : DATA, sent, source.length);
  }
  return count;
}

/** The cost of a ring, and the time from a ring that wakes the reader until its frame has been handled. */
async function bell(): Promise<void> {
  const memory = Tape.allocate(CAPACITY);
  const writer = new TapeWriter(memory);
  const rings = 10_000_000;
  const begun = performance.now();
  for (let ring = 0; ring < rings; ring++) writer.ring();
  console.log(`  reader awake:  ${(((performance.now() - begun) / rings) * 1e6).toFixed(1)} ns`);

  const worker = new Worker(new URL(import.meta.url), { workerData: memory });
  const costs: number[] = [];
  const delays: number[] = [];
  for (let round = 0; round < 2000; round++) {
    await readerSleeps(memory);
    writer.claim(0);
    writer.commit(DATA, round, 0);
    const before = performance.now();
    writer.ring();
    costs.push(performance.now() - before);
    while (writer.used > 0);
    delays.push(performance.now() - before);
  }
  await worker.terminate();
  console.log(`  reader asleep: ${median(costs)} ns, and ${median(delays)} ns until the frame was handled (medians)`);
}

/** Of milliseconds, in nanoseconds. */
function median(values: number[]): string {
  values.sort((left, right) => left - right);
  return (values[values.length >> 1]! * 1e6).toFixed(0);
}

async function readerSleeps(memory: SharedArrayBuffer): Promise<void> {
  const cells = new Int32Array(memory);
  while (Atomics.load(cells, DOORBELL) !== ASLEEP) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
