/** Settles exchanges, or hands pairs over, as fast as it can, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { InFlightAccount } from '../../../src/metrics/in-flight-account.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { PAIR_FRAME } from '../../../src/tape/pair-frames.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';
import { rowAt } from '../../support/rows.ts';

export interface Settling {
  readonly work: 'settle' | 'hand over';
  readonly ledger: SharedArrayBuffer;
  readonly copies: SharedArrayBuffer;
  readonly pairs: SharedArrayBuffer;
  readonly tape: SharedArrayBuffer;
}

const { work, ...memory }: Settling = workerData;
const ROW = rowAt(0);
const ledger = new Ledger(memory.ledger);
const account = new InFlightAccount(memory.copies);
const pairs = new InFlightAccount(memory.pairs);
const tape = new TapeWriter(memory.tape);
const done = { account, owed: ROW, request: { method: 'GET', code: 200 } };

parentPort!.postMessage('begun');
for (;;) {
  if (work === 'settle') ledger.settle(ROW, 'match', done);
  else handOver();
}

function handOver(): void {
  if (tape.claimOpening(0) < 0) return;
  tape.commit(PAIR_FRAME.open, 0, 0);
  tape.claimControl(0);
  tape.commit(PAIR_FRAME.end, 0, 0, () => ledger.handOver(ROW, pairs, done));
}
