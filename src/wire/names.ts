/**
 * How names are looked up. The system's lookup (getaddrinfo) blocks a thread of libuv's pool. All threads of the
 * process share that pool, and lookups may use only two of its four threads: two names with silent name servers would
 * block all other lookups. So the edge threads take turns, and use one of the two; the mirror threads do the same with
 * the other.
 */
import { type LookupAddress, promises, lookup as systemLookup } from 'node:dns';
import { type Deadline, type Deadlines, NEVER } from './deadlines.ts';

export type LookUpAll = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Name lookup. */
export interface Names {
  readonly lookUp: LookUpAll;
  /** Seconds for which the addresses of a name are valid; undefined where that is not known. Never rejects. */
  timeToLive(host: string): Promise<number | undefined>;
}

export const systemNames: Names = {
  lookUp: (host, done) => systemLookup(host, { all: true }, done),
  timeToLive: async (host) => {
    const resolver = new promises.Resolver({ timeout: 2_000, tries: 1 });
    const answers = await Promise.allSettled([
      resolver.resolve4(host, { ttl: true }),
      resolver.resolve6(host, { ttl: true }),
    ]);
    const records = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    return records.length === 0 ? undefined : Math.min(...records.map(({ ttl }) => ttl));
  },
};

const FREE = 0;

/**
 * Lets one thread at a time look names up, of the threads that share it. A waiting thread tries again at the next
 * sweep.
 */
export class LookUpTurn implements Deadline {
  deadline = NEVER;
  readonly #cell: Int32Array;
  readonly #holder: number;
  readonly #waiting: (() => void)[] = [];
  #state: 'idle' | 'waiting' | 'looking_up' = 'idle';

  /** `memory`: shared by those threads. `holder`: this thread's number among them, from 1. */
  constructor(memory: SharedArrayBuffer, holder: number, deadlines: Deadlines) {
    this.#cell = new Int32Array(memory);
    this.#holder = holder;
    deadlines.add(this);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  /** Frees the turn of a thread that died. */
  static giveBack(memory: SharedArrayBuffer, holder: number): void {
    Atomics.compareExchange(new Int32Array(memory), 0, holder, FREE);
  }

  /** The same lookups, in turn. */
  of({ lookUp, timeToLive }: Names): Names {
    return {
      lookUp: (host, done) => {
        this.#waiting.push(() =>
          lookUp(host, (error, addresses) => {
            this.#end();
            done(error, addresses);
          }),
        );
        if (this.#state === 'idle') this.#next();
      },
      timeToLive,
    };
  }

  onDeadline(): void {
    this.#next();
  }

  #next(): void {
    if (Atomics.compareExchange(this.#cell, 0, FREE, this.#holder) !== FREE) {
      this.#state = 'waiting';
      this.deadline = Number.NEGATIVE_INFINITY;
      return;
    }
    this.#state = 'looking_up';
    this.#waiting.shift()!();
  }

  #end(): void {
    this.#state = 'idle';
    Atomics.compareExchange(this.#cell, 0, this.#holder, FREE);
    if (this.#waiting.length > 0) {
      // Other threads go first.
      this.#state = 'waiting';
      this.deadline = Number.NEGATIVE_INFINITY;
    }
  }
}
