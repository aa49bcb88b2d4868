import { isDeepStrictEqual } from 'node:util';
import type { Target } from '../config/target-types.ts';
import type { Clock } from '../lib/clock.ts';
import type { AddressBook, Addresses, AddressUser } from './addresses.ts';
import { type Deadline, type Deadlines, NEVER } from './deadlines.ts';
import { type Dial, dialTo, isName } from './dial.ts';
import { Connection } from './http1/connection.ts';
import type { ConnectionOwner } from './http1/connection-owner.ts';
import type { HeadLimits } from './message.ts';
import { type Reach, Reachability } from './reachability.ts';
import type { StreamPool, StreamWaiter } from './target-stream.ts';

/** Limits for the head of a target's response. */
const RESPONSE_LIMITS: HeadLimits = { headerBytes: 128 * 1024, headerCount: 512, targetBytes: 16 * 1024 };

/** What the pools of a thread share. */
export interface PoolSurroundings {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly addresses: AddressBook;
}

/**
 * The connections to one target: at most `target.connections`. The most recently used one is taken first, so that the
 * rest become idle and are closed. A request that finds none waits in line, for at most the connect timeout.
 *
 * The pool is registered with the deadlines while requests wait, so that the wait stays bounded after the pool is
 * retired.
 */
export class Pool implements StreamPool, ConnectionOwner<Connection>, AddressUser, Deadline {
  deadline = NEVER;
  readonly target: Target;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly headLimits = RESPONSE_LIMITS;
  readonly dial: Dial;
  readonly reachability: Reachability;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting = new Map<StreamWaiter, number>();
  readonly #addresses: Addresses | undefined;
  #state: 'open' | 'retired' = 'open';

  /** `onReach`: called when the target becomes unreachable, or reachable again. */
  constructor(
    target: Target,
    { clock, deadlines, addresses }: PoolSurroundings,
    onReach: (reach: Reach) => void = () => {},
  ) {
    this.target = target;
    this.clock = clock;
    this.deadlines = deadlines;
    this.dial = dialTo(target, deadlines, addresses);
    this.#addresses = isName(target) ? addresses.of(target.host) : undefined;
    this.#addresses?.use(this);
    this.reachability = new Reachability(clock, onReach);
    deadlines.add(this.reachability);
  }

  /** Whether it can be kept for this target of a new configuration: compares values, including certificates. */
  isTo(target: Target): boolean {
    return isDeepStrictEqual(this.target, target);
  }

  get limit(): 'connection_limit' | 'shortage' {
    return this.target.connectionsBy === 'descriptors' ? 'shortage' : 'connection_limit';
  }

  get inUse(): boolean {
    return this.#all.size > 0;
  }

  acquire(waiter: StreamWaiter): Connection | undefined {
    return this.#idle.pop() ?? this.acquireFresh() ?? this.#enqueue(waiter);
  }

  acquireFresh(): Connection | undefined {
    if (this.#all.size >= this.target.connections) return undefined;
    const connection = new Connection(this);
    this.#all.add(connection);
    return connection;
  }

  cancel(waiter: StreamWaiter): void {
    if (this.#waiting.delete(waiter)) this.#restIfNobodyWaits();
  }

  /** Closes unused connections now, and the others as soon as they are unused. */
  retire(): void {
    this.#state = 'retired';
    this.#addresses?.leave(this);
    this.deadlines.delete(this.reachability);
    for (const connection of this.#idle.splice(0)) connection.retire();
  }

  onReusable(connection: Connection): void {
    const next = this.#nextWaiter();
    if (next !== undefined) next.onStream(connection);
    else if (this.#state === 'retired') connection.retire();
    else this.#idle.push(connection);
  }

  onClosed(connection: Connection): void {
    this.#all.delete(connection);
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#nextWaiter()?.onStream(this.acquireFresh()!);
  }

  /** A connection to an address that the name no longer has finishes its exchange, and takes no other. */
  onAddresses(present: ReadonlySet<string>): void {
    for (const connection of [...this.#all])
      if (connection.address !== undefined && !present.has(connection.address)) connection.retire();
  }

  onDeadline(): void {
    const now = this.clock.monotonic();
    for (const [waiter, until] of this.#waiting) {
      if (until > now) {
        this.deadline = until;
        return;
      }
      this.cancel(waiter);
      waiter.onNoStream();
    }
  }

  #enqueue(waiter: StreamWaiter): undefined {
    const until = this.clock.monotonic() + this.target.timeouts.connect;
    if (this.#waiting.size === 0) this.deadlines.add(this);
    this.#waiting.set(waiter, until);
    this.deadline = Math.min(this.deadline, until);
    return undefined;
  }

  #nextWaiter(): StreamWaiter | undefined {
    const [next] = this.#waiting.keys();
    if (next !== undefined) this.cancel(next);
    return next;
  }

  #restIfNobodyWaits(): void {
    if (this.#waiting.size > 0) return;
    this.deadlines.delete(this);
    this.deadline = NEVER;
  }
}
