import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { InFlightAccount } from '../../../src/metrics/in-flight-account.ts';
import { RouteCounts } from '../../../src/metrics/layout.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { Tape } from '../../../src/tape/layout.ts';
import { PAIR_FRAME } from '../../../src/tape/pair-frames.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { rowAt } from '../../support/rows.ts';
import type { Settling } from './settling-thread.ts';

const ROW = rowAt(0);
/** With two calls for what must be one, a thread of four leaves one count of both. */
const THREADS = 8;

/** Ends a thread somewhere in its work. */
async function ended(work: Settling['work']) {
  const settling: Settling = {
    work,
    ledger: Ledger.allocate(),
    own: InFlightAccount.allocate(),
    next: InFlightAccount.allocate(),
    tape: Tape.allocate(256 * 1024),
  };
  const worker = new Worker(new URL('./settling-thread.ts', import.meta.url), { workerData: settling });
  await once(worker, 'message');
  await worker.terminate();
  const { requestTotal: requests, endingTotal: endings } = new RouteCounts(new Ledger(settling.ledger).route(ROW));
  const finished = new InFlightAccount(settling.own).done[ROW]!;
  return { requests, endings, finished, given: new InFlightAccount(settling.next).given[ROW]!, tape: settling.tape };
}

it('a thread that is ended at any moment has counted each exchange that it finished, and no other', async () => {
  for (let threads = 0; threads < THREADS; threads++) {
    const { requests, endings, finished } = await ended('settle');
    expect([requests, endings]).toEqual([finished, finished]);
  }
});

it('a thread that is ended at any moment has given the next one each pair that it finished, and no other', async () => {
  for (let threads = 0; threads < THREADS; threads++) {
    const { tape, given, finished } = await ended('hand over');
    let read = 0;
    new TapeReader(tape).read((kind) => {
      if (kind === PAIR_FRAME.end) read++;
    }, Number.POSITIVE_INFINITY);
    expect({ read, given }).toEqual({ read: finished, given: finished });
  }
});

it('an edge thread that is ended at any moment has counted each exchange that it finished, and given its copy to the next one or counted how it ended', async () => {
  for (let threads = 0; threads < THREADS; threads++) {
    const { requests, endings, given, finished } = await ended('edge');
    expect([requests, endings + given]).toEqual([finished, finished]);
  }
});
