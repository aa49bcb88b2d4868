/** A target of copies: its connections, the order of its copies, and its breaker. */
import type { Target } from '../config/target-types.ts';
import type { MirrorConfig, ServiceConfig } from '../config/types.ts';
import type { ForwardedRequest } from '../model/exchange.ts';
import type { Notice, Tell } from '../model/notice.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import { Pool, type PoolSurroundings } from '../wire/pool.ts';
import { reachabilityNotice } from '../wire/reachability.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import { copyHead } from './copy-request.ts';
import type { LegResult } from './leg-result.ts';
import { CopyOrder, type OrderLimits } from './order.ts';
import { Queueing } from './queueing.ts';

/** `primary`: gets repeated requests. */
export type DestinationName = 'shadow' | 'control' | 'primary';

type Room = Pick<ServiceConfig, 'inFlight' | 'buffer'>;

export interface DestinationOptions extends PoolSurroundings {
  /** The value of the marker header on our copies. */
  readonly marker: string;
  readonly tell: Tell;
}

const BREAKER_MESSAGES: Record<DestinationName, { readonly open: string; readonly closed: string }> = {
  shadow: {
    open: 'the shadow has failed too often in a row: copies are skipped (breaker_open), except for one now and then',
    closed: 'the shadow answers again: copies are sent',
  },
  control: {
    open: 'the control has failed too often in a row: pairs are compared without it, except for one now and then',
    closed: 'the control answers again: noise is measured',
  },
  primary: {
    open: 'the primary has failed too often in a row: no request is repeated to it, except for one now and then',
    closed: 'the primary answers again: requests are repeated to it',
  },
};

/**
 * The share of the mirror's limits (copies and bytes) that copies of one key may use while they wait for their turn.
 */
const WAITING_SHARE = 1 / 4;

export class Destination {
  readonly name: DestinationName;
  readonly order: CopyOrder;
  pool: Pool;
  /** Turns the head of a forwarded request into the copy's. */
  head!: (forwarded: ForwardedRequest) => OutgoingRequest;
  /** Copies that were sent and have no response yet. */
  underWay = 0;
  readonly queueing = new Queueing();
  readonly #breaker = new Breaker();
  readonly #options: DestinationOptions;
  #target!: Target;

  /** `room`: how many copies and bytes its service may have under way. */
  constructor(name: DestinationName, target: Target, room: Room, mirror: MirrorConfig, options: DestinationOptions) {
    this.name = name;
    this.#options = options;
    this.order = new CopyOrder(orderLimits(room, mirror), options.clock, options.deadlines);
    this.pool = this.#newPool(target);
    this.#use(target, mirror);
  }

  get breaker(): BreakerState['kind'] {
    return this.#breaker.state;
  }

  configure(target: Target, room: Room, mirror: MirrorConfig): void {
    const { pool } = this;
    this.order.limits = orderLimits(room, mirror);
    this.#use(target, mirror);
    if (pool !== this.pool) pool.retire();
  }

  retire(): void {
    this.pool.retire();
  }

  /** Whether the breaker refuses copies, so that waiting for a turn is useless. */
  refuses(): boolean {
    return this.#breaker.refuses(this.#options.clock.monotonic());
  }

  /** Whether a copy may be sent now. After true, the caller must report the result. */
  permits(): boolean {
    return this.#breaker.permits(this.#options.clock.monotonic());
  }

  /** Reports the result of a copy; `undecided` where it says nothing about the target. */
  report(result: LegResult | 'undecided'): void {
    const before = this.breaker;
    const now = this.#options.clock.monotonic();
    if (result === 'undecided') this.#breaker.onUndecided(now);
    else if ('response' in result) this.#breaker.onSuccess();
    else this.#breaker.onFailure(now);
    // Changes between open and half open are not reported.
    if (before === 'closed' && this.breaker === 'open') this.#tell('warn', 'open', failureFacts(result));
    if (before !== 'closed' && this.breaker === 'closed') this.#tell('info', 'closed', {});
  }

  #use(target: Target, { headers }: MirrorConfig): void {
    this.#target = target;
    if (!this.pool.isTo(target)) this.pool = this.#newPool(target);
    this.head = copyHead(target, headers, this.#options.marker);
  }

  #newPool(target: Target): Pool {
    const { name } = this;
    return new Pool(target, this.#options, (reach) => this.#options.tell(reachabilityNotice(name, target, reach)));
  }

  #tell(level: Notice['level'], state: 'open' | 'closed', facts: Notice['facts']): void {
    const message = BREAKER_MESSAGES[this.name][state];
    this.#options.tell({ level, message, facts: { url: this.#target.url, ...facts } });
  }
}

function orderLimits({ inFlight, buffer }: Room, { timeout }: MirrorConfig): OrderLimits {
  return { wait: timeout, copies: Math.ceil(inFlight * WAITING_SHARE), bytes: buffer * WAITING_SHARE };
}

function failureFacts(result: LegResult | 'undecided'): Notice['facts'] {
  return result !== 'undecided' && 'failure' in result ? { failure: result.failure, error: result.detail } : {};
}
