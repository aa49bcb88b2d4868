/**
 * A wire without sockets or framing, for the exchange between its two streams: what the exchange commands is noted, and
 * what would come of it is the test's to say. Each command is a line, such as `target: begin GET /` or `client: end`.
 */
import type { Target } from '../../src/config/target-types.ts';
import type { ClientStream, RestOfRequest } from '../../src/edge/client-stream.ts';
import { EdgeContext, type Settings } from '../../src/edge/context.ts';
import { Exchange } from '../../src/edge/exchange.ts';
import type { LocalReply } from '../../src/edge/local-replies.ts';
import type { Service } from '../../src/edge/plan.ts';
import type { ReceivedHead } from '../../src/edge/request-head.ts';
import type { Fields, LegTiming, ResponseHead } from '../../src/model/exchange.ts';
import { COPY_FRAME } from '../../src/tape/copy-frames.ts';
import { TapeReader } from '../../src/tape/reader.ts';
import type { IncomingResponse, OutgoingRequest } from '../../src/wire/message.ts';
import type {
  ResponseHandler,
  StreamPool,
  StreamWaiter,
  TargetStream,
  TunnelEnd,
} from '../../src/wire/target-stream.ts';
import { type EdgeOptions, edgeConfig, edgeThread } from './edge.ts';
import { ManualClock } from './manual-clock.ts';
import { rowAt } from './rows.ts';

type Note = (command: string) => void;

const listed = (fields: Fields) => (fields.length === 0 ? '' : ` ${fields.join(' ')}`);

export class ScriptedClient implements ClientStream {
  readonly number = 1;
  readonly address = '192.0.2.1';
  readonly sender = 'client';
  readonly scheme = 'http';
  /** Whether it takes what it is sent. */
  takes: 'all' | 'no_more' = 'all';
  readonly #note: Note;

  constructor(note: Note) {
    this.#note = note;
  }

  interim({ status }: Pick<ResponseHead, 'status'>): void {
    this.#note(`interim ${status}`);
  }

  begin(head: IncomingResponse, fields: Fields, rest: RestOfRequest): void {
    this.#note(`begin ${head.status}${listed(fields)} (rest ${rest})`);
  }

  body(chunk: Buffer): void {
    this.#note(`body ${chunk}`);
  }

  end(trailers: Fields): void {
    this.#note(`end${listed(trailers)}`);
  }

  flush(): boolean {
    this.#note('flush');
    return this.takes === 'all';
  }

  reply({ status }: LocalReply, _requestId: string, rest: RestOfRequest): number {
    this.#note(`reply ${status} (rest ${rest})`);
    return 0;
  }

  pauseRequest(): void {
    this.#note('pause');
  }

  resumeRequest(): void {
    this.#note('resume');
  }

  finish(rest: RestOfRequest): void {
    this.#note(`finish (rest ${rest})`);
  }

  abort(): void {
    this.#note('abort');
  }

  tunnel(): void {
    this.#note('tunnel');
  }
}

export class ScriptedStream implements TargetStream {
  established = true;
  readonly waited = 0;
  /** Whether it takes what it is sent. */
  takes: 'all' | 'no_more' = 'all';
  /** Whom to tell what comes back. */
  handler!: ResponseHandler;
  head: OutgoingRequest | undefined;
  readonly #note: Note;

  constructor(note: Note) {
    this.#note = note;
  }

  begin(handler: ResponseHandler, head: OutgoingRequest): void {
    this.handler = handler;
    this.head = head;
    this.#note(`begin ${head.method} ${head.target}`);
  }

  body(chunk: Buffer): void {
    this.#note(`body ${chunk}`);
  }

  end(trailers: Fields): void {
    this.#note(`end${listed(trailers)}`);
  }

  flush(): boolean {
    return this.takes === 'all';
  }

  pause(): void {
    this.#note('pause');
  }

  resume(): void {
    this.#note('resume');
  }

  abort(): void {
    this.#note('abort');
  }

  detach(): TunnelEnd {
    this.#note('detach');
    return {} as TunnelEnd;
  }

  timing(): LegTiming {
    return { connect: 1, firstByte: 2, lastByte: 3 };
  }
}

/** Gives out the streams that the test has put there. */
export class ScriptedPool implements StreamPool {
  readonly target: Target;
  readonly limit = 'connection_limit';
  readonly free: ScriptedStream[] = [];
  waiter: StreamWaiter | undefined;
  readonly #note: Note;

  constructor(target: Target, note: Note) {
    this.target = target;
    this.#note = note;
  }

  acquire(waiter: StreamWaiter): TargetStream | undefined {
    const stream = this.free.shift();
    if (stream === undefined) {
      this.waiter = waiter;
      this.#note('wait');
    }
    return stream;
  }

  acquireFresh(): TargetStream | undefined {
    return this.free.shift();
  }

  cancel(): void {
    this.#note('cancel');
  }
}

export interface Stage {
  readonly exchange: Exchange;
  readonly client: ScriptedClient;
  readonly pool: ScriptedPool;
  /** The streams that the pool has from the beginning: one, and one more. */
  readonly streams: readonly [ScriptedStream, ScriptedStream];
  /** What was commanded since the last time. */
  commands(): string[];
  /** The frames of the copy since the last time, by name. */
  copied(): string[];
  /** How the exchange was counted: its endings here, where it is not the mirror's to end. */
  endings(): Record<string, number>;
  /** `1 GET 200` for each kind that was counted. */
  requests(): string[];
}

const FRAMES = new Map<number, string>(Object.entries(COPY_FRAME).map(([name, kind]) => [kind, name]));

/** Everybody is served by a candidate, which `unreached` nothing was sent to before it fails. */
export type Candidate = 'reached' | 'unreached';

const ROLLOUT = { to: { port: 2 }, options: '{sticky: [address], writes: allowed, reverse: {methods: [GET, POST]}}' };

/** An exchange before its first event. */
export function stageOf(
  head: ReceivedHead,
  options: Pick<EdgeOptions, 'mirror' | 'routes'> = { mirror: {} },
  candidate?: Candidate,
): Stage {
  const noted: string[] = [];
  const client = new ScriptedClient((command) => noted.push(`client: ${command}`));
  const stream = () => new ScriptedStream((command) => noted.push(`target: ${command}`));
  const streams = [stream(), stream()] as const;
  const config = edgeConfig(1, { ...options, ...(candidate && { rollout: ROLLOUT }) });
  const pool = new ScriptedPool(config.services[0]!.primary, (command) => noted.push(`pool: ${command}`));
  pool.free.push(...streams);
  const upstream = { pool, rewrite: undefined };
  const served = new ScriptedPool(config.services[0]!.primary, (command) => noted.push(`pool: ${command}`));
  const candidateStream = new ScriptedStream((command) => noted.push(`candidate: ${command}`));
  candidateStream.established = candidate === 'reached';
  served.free.push(candidateStream);
  const serve = (each: Service): Service => ({
    ...each,
    primary: upstream,
    ...(each.rollout && { rollout: { ...each.rollout, candidate: { pool: served, rewrite: undefined } } }),
  });
  class ScriptedContext extends EdgeContext {
    override get settings(): Settings {
      const settings = super.settings;
      return { ...settings, services: settings.services.map((each) => each && serve(each)) };
    }
  }
  const thread = edgeThread(config, { clock: new ManualClock() }, ScriptedContext);
  thread.weights.set(rowAt(0), 0, 10_000);
  const reader = new TapeReader(thread.tape);
  return {
    exchange: new Exchange(thread.context, client, head),
    client,
    pool,
    streams,
    commands: () => noted.splice(0),
    copied: () => {
      const names: string[] = [];
      reader.read((kind) => void names.push(FRAMES.get(kind)!), Number.POSITIVE_INFINITY);
      return names;
    },
    endings: thread.endings,
    requests: () => [...thread.counts().requests()].map(({ method, code, count }) => `${count} ${method} ${code}`),
  };
}
