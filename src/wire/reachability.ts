/**
 * Whether a target can be reached, for whoever operates the proxy. Told when it changes, and not again for a while: of
 * a target that comes and goes the first change is told at once, and then where it stands when the while is over.
 */
import type { Target } from '../config/types.ts';
import type { Clock } from '../lib/clock.ts';
import type { Notice } from '../model/notice.ts';
import { type Deadline, NEVER } from './deadlines.ts';

/** `error`: of the newest attempt to connect. */
export type Reach = { readonly kind: 'reachable' } | { readonly kind: 'unreachable'; readonly error: string };

const REACHABLE: Reach = { kind: 'reachable' };

/** Milliseconds from one change that is told to the next. */
const QUIET = 5_000;

export class Reachability implements Deadline {
  deadline = NEVER;
  readonly #clock: Clock;
  readonly #onChange: (reach: Reach) => void;
  #now: Reach = REACHABLE;
  /** What was told last; that a target can be reached goes without saying. */
  #told: Reach['kind'] = 'reachable';
  #quietUntil = 0;

  constructor(clock: Clock, onChange: (reach: Reach) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** It has answered on a new connection. */
  onReached(): void {
    this.#change(REACHABLE);
  }

  /** No connection could be had, or none that both sides trust. */
  onFailed(error: string): void {
    this.#change({ kind: 'unreachable', error });
  }

  onDeadline(): void {
    if (this.#now.kind !== this.#told) this.#tell(this.#clock.monotonic());
  }

  #change(reach: Reach): void {
    this.#now = reach;
    if (reach.kind === this.#told) return;
    const now = this.#clock.monotonic();
    if (now >= this.#quietUntil) this.#tell(now);
    else this.deadline = this.#quietUntil;
  }

  #tell(now: number): void {
    this.#told = this.#now.kind;
    this.#quietUntil = now + QUIET;
    this.#onChange(this.#now);
  }
}

/** What the log says of it. `name`: primary, shadow or control. */
export function reachabilityNotice(name: string, { url }: Target, reach: Reach): Notice {
  return reach.kind === 'reachable'
    ? { level: 'info', message: `the ${name} can be reached again`, facts: { url } }
    : { level: 'error', message: `the ${name} can not be reached`, facts: { url, error: reach.error } };
}
