/** Settles exchanges, or hands pairs or copies over, as fast as it can, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EdgeContext } from '../../../src/edge/context.ts';
import { Copy, CopyTape } from '../../../src/edge/copy.ts';
import type { ReceivedRequest } from '../../../src/edge/received-request.ts';
import { type Facts, settle } from '../../../src/edge/settlement.ts';
import { InFlightAccount } from '../../../src/metrics/in-flight-account.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { copyLegs } from '../../../src/model/copy-legs.ts';
import { WHOLE } from '../../../src/model/portion.ts';
import { PAIR_FRAME } from '../../../src/tape/pair-frames.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';
import { rowAt } from '../../support/rows.ts';

/** `edge`: what an edge thread does at the end of an exchange. */
export interface Settling {
  readonly work: 'settle' | 'hand over' | 'edge';
  readonly ledger: SharedArrayBuffer;
  /** What the thread is responsible for, and what it gives to the next one. */
  readonly own: SharedArrayBuffer;
  readonly next: SharedArrayBuffer;
  readonly tape: SharedArrayBuffer;
}

const { work, ...memory }: Settling = workerData;
const ROW = rowAt(0);
const ledger = new Ledger(memory.ledger);
const account = new InFlightAccount(memory.own);
const next = new InFlightAccount(memory.next);
const tape = new TapeWriter(memory.tape);
const done = { account, owed: ROW, request: { method: 'GET', code: 200 } };

const turns = { settle: () => ledger.settle(ROW, 'match', done), 'hand over': handOver, edge: edgeTurn() };
const turn = turns[work];
parentPort!.postMessage('begun');
for (;;) turn();

function handOver(): void {
  if (tape.claimOpening(0) < 0) return;
  tape.commit(PAIR_FRAME.open, 0, 0);
  tape.claimControl(0);
  tape.commit(PAIR_FRAME.end, 0, 0, () => ledger.handOver(ROW, next, done));
}

/** One exchange after the other: a copy is handed over, the tape is full, or the client has left. */
function edgeTurn(): () => void {
  const head = { method: 'GET', target: '/' };
  const context = {
    ledger,
    received: account,
    routeNames: { info: () => ({ named: 'by_head' }) },
  } as unknown as EdgeContext;
  const service = { pauses: { responded: () => {}, strained: false } };
  const request = {
    head,
    configuredRow: ROW,
    plan: { service },
    settings: { grouper: { rowOf: () => ROW } },
  } as unknown as ReceivedRequest;
  const copies = new CopyTape(memory.tape, next);
  const reader = new TapeReader(memory.tape);
  const copied = {
    ...{ servedBy: 'primary' as const, copies: copyLegs('primary', false), receivedAt: 0, order: 0, route: ROW },
    ...{ complete: true, id: '', head: { ...head, authority: 'a', fields: [], bodyLength: 0 } },
  };
  const facts = {
    status: 200,
    response: 'done',
    servedBy: 'primary',
    fields: [],
    fellBack: undefined,
    waited: 0,
  } as const;
  const completed = { timing: { connect: 0, firstByte: 1, lastByte: 2 }, paced: false };
  let number = 0;
  return () => {
    account.give(ROW);
    const copy = Copy.open(copies, ++number, copied, 1_000, WHOLE);
    const came: Facts = { ...facts, copy, skipped: copy === undefined ? 'tape_full' : undefined };
    settle(context, request, came, number % 3 === 0 ? 'skipped:client_aborted' : completed);
    if (copy === undefined) reader.read(() => {}, Number.POSITIVE_INFINITY);
  };
}
