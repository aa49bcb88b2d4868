/**
 * The order of the copies to one target. What a client did one after another reaches the target one after another, and
 * what it did at once stays at once: a copy waits for another of the same key if, and only if, that one's exchange was
 * over before this one's request began.
 *
 * So each turn has two moments, at which it began and at which it was over for the client, and waits until none that was
 * over before it began is unfinished. Since turns are over in the order of their moments, the first unfinished one of a
 * key is all that has to be looked at.
 *
 * Nobody waits without end: not longer than `wait`, and not behind more than `copies` or `bytes` of the same key. Then the
 * one that has waited longest goes out of turn, and is counted.
 */
import type { Clock } from '../lib/clock.ts';
import { type Deadline, type Deadlines, NEVER } from '../wire/deadlines.ts';
import { NumberedTable } from './numbered-table.ts';

/** The key of copies that wait for no other. */
export const UNORDERED = 0;

export interface OrderLimits {
  /** Milliseconds that a copy waits at most. */
  readonly wait: number;
  /** Copies of one key that wait at once, and what their bodies hold. */
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
  /** `out_of_turn`: it was sent though one before it was unfinished. */
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
  /** Over and not finished, in the order in which they were over. */
  readonly unfinished: Turn[];
  /** In the order in which they began. */
  readonly waiting: Turn[];
  /** Held by those that wait. */
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

  /** A request has begun. Each turn ends with `finish`, whatever became of it. */
  begin(key: number): Turn {
    return new Turn(key, this.#moment++, this.#goAhead);
  }

  /** Its exchange is over for the client: who begins from now on comes after it. */
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
    while (chain.waiting.length > this.limits.copies || chain.bytes > this.limits.bytes)
      this.#goAhead(chain.waiting[0]!);
  }

  /** It has been answered, or never will be: it keeps nobody waiting. */
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

  /** How many were sent before their turn since the last time. */
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

  /** Sends those whose turn has come. What is sent may be finished at once, so this is a loop and no recursion. */
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

function isBlocked({ unfinished }: Chain, turn: Turn): boolean {
  return unfinished.length > 0 && unfinished[0]!.over < turn.begun;
}

/** Nearly always at the end: only a request whose body came late stands before others. */
function insert(waiting: Turn[], turn: Turn): void {
  let at = waiting.length;
  while (at > 0 && waiting[at - 1]!.begun > turn.begun) at--;
  waiting.splice(at, 0, turn);
}
