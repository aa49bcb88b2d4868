/** A pool of connections to a target, and a handler that notes what comes back. */
import { EventEmitter, once } from 'node:events';
import type { Target, TargetTimeouts } from '../../src/config/target-types.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import type { Fields } from '../../src/model/exchange.ts';
import { AddressBook } from '../../src/wire/addresses.ts';
import { Deadlines } from '../../src/wire/deadlines.ts';
import type { IncomingResponse, OutgoingRequest } from '../../src/wire/message.ts';
import { type Names, systemNames } from '../../src/wire/names.ts';
import { Pool } from '../../src/wire/pool.ts';
import type { Failure, ResponseHandler, TargetStream } from '../../src/wire/target-stream.ts';
import { afterThisTest } from './cleanup.ts';
import { configOf } from './config.ts';

export interface PoolOptions {
  readonly connections?: number;
  readonly timeouts?: Partial<TargetTimeouts>;
  readonly target?: Partial<Target>;
  readonly clock?: Clock;
  readonly names?: Names;
}

export function poolTo(
  port: number,
  { connections = 4, timeouts, target, clock = systemClock, names = systemNames }: PoolOptions = {},
): Pool {
  const deadlines = new Deadlines(clock);
  const pool = new Pool(
    {
      ...configOf(`primary: http://127.0.0.1:${port}`).services[0]!.primary,
      connections,
      timeouts: {
        connect: 10_000,
        firstByte: 10_000,
        idle: 10_000,
        keepAlive: 10_000,
        connectionAge: 60_000,
        ...timeouts,
      },
      ...target,
    },
    { clock, deadlines, addresses: new AddressBook(clock, deadlines, names) },
  );
  afterThisTest(() => {
    pool.retire();
    deadlines.stop();
  });
  return pool;
}

/** One exchange on a connection, as it is told to its handler. */
export class Told extends EventEmitter implements ResponseHandler {
  readonly interim: number[] = [];
  head: IncomingResponse | undefined;
  body = '';
  trailers: Fields | undefined;
  failure: Failure | undefined;

  onInterim(head: IncomingResponse): void {
    this.interim.push(head.status);
  }

  onHead(head: IncomingResponse): void {
    this.head = head;
    this.emit('head');
  }

  onBody(chunk: Buffer): void {
    this.body += chunk.toString('latin1');
    this.emit('body');
  }

  onEnd(trailers: Fields): void {
    this.trailers = trailers;
  }

  onReadEnd(): void {
    if (this.trailers !== undefined) this.emit('over');
  }

  onDrain(): void {
    this.emit('drain');
  }

  onFailure(failure: Failure): void {
    this.failure = failure;
    this.emit('over');
  }

  /** Resolves when the exchange is over, and the connection back in its pool or gone. */
  async over(): Promise<this> {
    if (this.trailers === undefined && this.failure === undefined) await once(this, 'over');
    await new Promise(setImmediate);
    return this;
  }
}

export function outgoing(over: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { method: 'GET', target: '/', authority: 'a', fields: ['Host', 'a'], bodyLength: 0, offered: '', ...over };
}

/** Begins and ends a bodiless request. */
export function get(stream: TargetStream, target = '/', method = 'GET'): Told {
  const told = new Told();
  stream.begin(told, outgoing({ method, target }));
  stream.end([]);
  stream.flush();
  return told;
}
