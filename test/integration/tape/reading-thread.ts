/** Reads a tape to its farewell, and checks every frame's order, length and bytes against the script. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { TapeReader } from '../../../src/tape/reader.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';
import { type Counts, frameLength, frameRandom, KIND, type Memories } from './script.ts';

const { memory } = workerData as Memories;
const { largest } = new TapeWriter(memory);
const reader = new TapeReader(memory);
/** Frames seen of each open exchange. */
const open = new Map<number, number>();
const counts: Counts = { opened: 0, ended: 0, abandoned: 0, data: 0 };

// A sleeping reader doesn't keep its thread alive; a listener does.
parentPort!.on('message', () => {});

reader.run(
  (kind, exchange, bytes, start, end) => {
    switch (kind) {
      case KIND.open:
        assert.equal(exchange, counts.opened++, 'exchanges open in order');
        checkBytes(exchange, 0, bytes, start, end);
        open.set(exchange, 1);
        break;
      case KIND.data: {
        const index = open.get(exchange);
        assert.ok(index !== undefined, 'data belong to an open exchange');
        checkBytes(exchange, index, bytes, start, end);
        open.set(exchange, index + 1);
        counts.data++;
        break;
      }
      case KIND.end:
      case KIND.abandon:
        assert.equal(bytes.readUInt32BE(start), open.get(exchange), 'all frames of the exchange have come');
        open.delete(exchange);
        if (kind === KIND.end) counts.ended++;
        else counts.abandoned++;
        break;
      case KIND.farewell:
        parentPort!.postMessage({ ...counts, unfinished: open.size });
        break;
      default:
        assert.fail(`a frame of kind ${kind}`);
    }
  },
  { nap: 0, budget: 16 },
);

function checkBytes(exchange: number, index: number, bytes: Buffer, start: number, end: number): void {
  const content = frameRandom(exchange, index);
  assert.equal(end - start, frameLength(content, largest), `length of frame ${index} of exchange ${exchange}`);
  for (let at = start; at < end; at++) {
    const byte = content.next() & 0xff;
    if (bytes[at] !== byte) assert.fail(`byte ${at - start} of frame ${index} of exchange ${exchange}`);
  }
}
