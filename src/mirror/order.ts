/**
 * The order of the copies to one target. Requests that a client made one after another reach the target one after
 * another; concurrent requests stay concurrent. A copy waits for another with the same key if, and only if, the other's
 * exchange was over before this one's request began.
 *
 * So each turn records when it began and when it was over for the client. It waits until every turn that was over
 * before it began is finished. Unfinished turns are kept in the order in which they were over, so only the first one of
 * a key must be checked.
 *
 * Waiting is bounded: by the time `wait`, and by the number `copies` and the `bytes` that wait with the same key.
 * A copy whose time is over is sent out of turn, and is counted. When the number or the bytes are exceeded, those that
 * have waited longest are sent out of turn until half of the room is free. If only one was sent each time, all copies to a
 * target that is slower than its clients' pace would be sent out of turn, and none of them would show how slow it is.
 */
import type { Clock } from '../lib/clock.ts';
import { type Deadline, type Deadlines, NEVER } from '../wire/deadlines.ts';
import { NumberedTable } from './numbered-table.ts';

/** The key of copies without an order. */
export const UNORDERED = 0;

export interface OrderLimits {
  /** The most milliseconds that a copy waits. */
  readonly wait: number;
  /** The most copies of one key that may wait at once, and the most bytes of their bodies. */
  readonly copies: number;
  readonly bytes: number;
}

/** The place of one copy in the order. */
export class Turn implements Deadline {
  deadline = NEVER;
  readonly key: number;
  readonly begun: number;
  over = NEVER;
  state: 'begun' | 'waiting' | 'sent' | 'finished' = 'begun';
  /** `out_of_turn`: it was sent although an earlier one was unfinished. */
  sent: 'in_turn' | 'out_of_turn' = 'in_turn';
  bytes = 0;
  send: () => void = NOTHING;
  readonly #onDeadline: (turn: Turn) => void;

  constructor(key: number, begun: number, onDeadline: (turn: Turn) => void) {
    this.key = key;
    this.begun = begun;
    this.#onDeadline = onDeadline;
  }

  onDeadline(): void {
    this.#onDeadline(this);
  }
}

const NOTHING = (): void => {};

/** The turns of one key that matter to others. */
interface Chain {
  readonly key: number;
  /** Turns that are over but not finished, in the order in which they were over. */
  readonly unfinished: Turn[];
  /** Waiting turns, in the order in which they began. */
  readonly waiting: Turn[];
  /** Bytes held by the waiting turns. */
  bytes: number;
  state: 'still' | 'moving';
}

export class CopyOrder {
  limits: OrderLimits;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #chains = new NumberedTable<Chain>();
  #moment = 0;
  #outOfTurn = 0;

  constructor(limits: OrderLimits, clock: Clock, deadlines: Deadlines) {
    this.limits = limits;
    this.#clock = clock;
    this.#deadlines = deadlines;
  }

  /** A request has begun. Each turn must end with `finish`, whatever its result. */
  begin(key: number): Turn {
    return new Turn(key, this.#moment++, this.#goAhead);
  }

  /** Its exchange is over for the client: turns that begin later come after it. */
  over(turn: Turn): void {
    turn.over = this.#moment++;
    if (turn.key === UNORDERED || turn.state === 'finished') return;
    const chain = this.#chains.get(turn.key) ?? this.#begin(turn.key);
    chain.unfinished.push(turn);
  }

  /** Its request is complete: sends it, now or when its turn has come. `bytes`: of its body. */
  ready(turn: Turn, bytes: number, send: () => void): void {
    const chain = this.#chains.get(turn.key);
    if (chain === undefined || !isBlocked(chain, turn)) {
      turn.state = 'sent';
      send();
      return;
    }
    turn.state = 'waiting';
    turn.send = send;
    turn.bytes = bytes;
    turn.deadline = this.#clock.monotonic() + this.limits.wait;
    this.#deadlines.add(turn);
    insert(chain.waiting, turn);
    chain.bytes += bytes;
    if (exceeds(chain, this.limits, 1)) this.#makeRoom(chain);
  }

  #makeRoom(chain: Chain): void {
    while (chain.waiting.length > 0 && exceeds(chain, this.limits, 0.5)) this.#goAhead(chain.waiting[0]!);
  }

  /** It has its response, or never will: no other turn waits for it any more. */
  finish(turn: Turn): void {
    if (turn.state === 'finished') return;
    const chain = this.#chains.get(turn.key);
    if (turn.state === 'waiting') this.#leave(chain!, turn);
    turn.state = 'finished';
    if (chain === undefined) return;
    const at = chain.unfinished.indexOf(turn);
    if (at >= 0) chain.unfinished.splice(at, 1);
    if (chain.state === 'still') this.#move(chain);
  }

  /** How many copies were sent before their turn since the last call. */
  takeOutOfTurn(): number {
    const count = this.#outOfTurn;
    this.#outOfTurn = 0;
    return count;
  }

  readonly #goAhead = (turn: Turn): void => {
    this.#outOfTurn++;
    turn.sent = 'out_of_turn';
    this.#send(this.#chains.get(turn.key)!, turn);
  };

  /**
   * Sends the copies whose turn has come. A sent copy may be finished at once, so this is a loop instead of a
   * recursion.
   */
  #move(chain: Chain): void {
    chain.state = 'moving';
    for (let next = chain.waiting[0]; next !== undefined && !isBlocked(chain, next); next = chain.waiting[0]) {
      this.#send(chain, next);
    }
    chain.state = 'still';
    if (chain.waiting.length === 0 && chain.unfinished.length === 0) this.#chains.delete(chain.key);
  }

  #send(chain: Chain, turn: Turn): void {
    this.#leave(chain, turn);
    turn.state = 'sent';
    const { send } = turn;
    turn.send = NOTHING;
    send();
  }

  #leave(chain: Chain, turn: Turn): void {
    chain.waiting.splice(chain.waiting.indexOf(turn), 1);
    chain.bytes -= turn.bytes;
    turn.deadline = NEVER;
    this.#deadlines.delete(turn);
  }

  #begin(key: number): Chain {
    const chain: Chain = { key, unfinished: [], waiting: [], bytes: 0, state: 'still' };
    this.#chains.add(key, chain);
    return chain;
  }
}

/** Whether more waits than this share of the limits. */
function exceeds({ waiting, bytes }: Chain, limits: OrderLimits, share: number): boolean {
  return waiting.length > limits.copies * share || bytes > limits.bytes * share;
}

function isBlocked({ unfinished }: Chain, turn: Turn): boolean {
  return unfinished.length > 0 && unfinished[0]!.over < turn.begun;
}

/** Nearly always inserted at the end: only a request with a late body belongs before others. */
function insert(waiting: Turn[], turn: Turn): void {
  let at = waiting.length;
  while (at > 0 && waiting[at - 1]!.begun > turn.begun) at--;
  waiting.splice(at, 0, turn);
}
