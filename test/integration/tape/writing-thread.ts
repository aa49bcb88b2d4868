/**
 * Writes its exchanges to a tape, eight at a time, in bursts. When a frame doesn't fit, it abandons the exchange or lets
 * the reader catch up. Some bursts begin only when the reader sleeps.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ASLEEP, DOORBELL } from '../../../src/tape/layout.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';
import { type Counts, frameLength, frameRandom, KIND, type Memories, Random } from './script.ts';

const CONCURRENT = 8;

const { memory, seed, exchanges } = workerData as Memories;
const writer = new TapeWriter(memory);
const doorbell = new Int32Array(memory);
const random = new Random(seed);
const open: { exchange: number; written: number }[] = [];
const counts: Counts = { opened: 0, ended: 0, abandoned: 0, data: 0 };
let refused = 0;
let sleeps = 0;

while (counts.opened < exchanges || open.length > 0) {
  for (let burst = random.below(40); burst >= 0; burst--) {
    if (!step()) break;
  }
  writer.ring();
  if (random.below(4) === 0) await readerSleeps();
  else await turn();
}
while (writer.claimOpening(0) < 0) await turn();
writer.commit(KIND.farewell, 0, 0);
writer.ring();
parentPort!.postMessage({ counts, refused, sleeps });

/** One frame; false where it didn't fit and the reader must catch up. */
function step(): boolean {
  if (open.length === 0 || (open.length < CONCURRENT && random.below(3) === 0)) return begin();
  const which = random.below(open.length);
  const { exchange, written } = open[which]!;
  if (random.below(6) === 0) finish(which, KIND.end);
  else if (write(KIND.data, exchange, written)) {
    open[which]!.written++;
    counts.data++;
  } else if (random.below(2) === 0) finish(which, KIND.abandon);
  else return false;
  return true;
}

function begin(): boolean {
  if (counts.opened === exchanges) return open.length > 0;
  if (!write(KIND.open, counts.opened, 0)) return false;
  open.push({ exchange: counts.opened++, written: 1 });
  return true;
}

function write(kind: number, exchange: number, index: number): boolean {
  const content = frameRandom(exchange, index);
  const length = frameLength(content, writer.largest);
  const at = kind === KIND.open ? writer.claimOpening(length) : writer.claim(length);
  if (at < 0) {
    refused++;
    return false;
  }
  for (let byte = 0; byte < length; byte++) writer.bytes[at + byte] = content.next();
  writer.commit(kind, exchange, length);
  return true;
}

function finish(which: number, kind: typeof KIND.end | typeof KIND.abandon): void {
  const { exchange, written } = open.splice(which, 1)[0]!;
  writer.view.setUint32(writer.claimControl(4), written);
  writer.commit(kind, exchange, 4);
  if (kind === KIND.end) counts.ended++;
  else counts.abandoned++;
}

async function readerSleeps(): Promise<void> {
  sleeps++;
  while (Atomics.load(doorbell, DOORBELL) !== ASLEEP) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
