/**
 * Whether a target can be reached, for whoever operates the proxy. Told when it changes, and not again for a while: of
 * a target that comes and goes the first change is told at once, and then where it stands when the while is over.
 */
import type { Target } from '../config/target-types.ts';
import type { Clock } from '../lib/clock.ts';
import type { Notice } from '../model/notice.ts';
import { type Deadline, NEVER } from './deadlines.ts';

type Known = { readonly kind: 'reachable' } | { readonly kind: 'unreachable'; readonly error: string };

/**
 * `error`: of the newest attempt to connect. `shortage`: no connection could be made for want of something here, so
 * often since that was told last; whether the target can be reached nobody knows.
 */
export type Reach = Known | { readonly kind: 'shortage'; readonly error: string; readonly times: number };

const REACHABLE: Known = { kind: 'reachable' };

/** Milliseconds from one change that is told to the next. */
const QUIET = 5_000;
/** Milliseconds from one shortage that is told to the next. */
const SHORTAGE_QUIET = 60_000;

export class Reachability implements Deadline {
  deadline = NEVER;
  readonly #clock: Clock;
  readonly #onChange: (reach: Reach) => void;
  #now: Known = REACHABLE;
  /** What was told last; that a target can be reached goes without saying. */
  #told: Known['kind'] = 'reachable';
  #quietUntil = 0;
  #shortages = 0;
  #shortageQuietUntil = 0;

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

  /** This process or machine has something too little for another connection. */
  onShortage(error: string): void {
    this.#shortages++;
    const now = this.#clock.monotonic();
    if (now < this.#shortageQuietUntil) return;
    this.#shortageQuietUntil = now + SHORTAGE_QUIET;
    this.#onChange({ kind: 'shortage', error, times: this.#shortages });
    this.#shortages = 0;
  }

  onDeadline(): void {
    if (this.#now.kind !== this.#told) this.#tell(this.#clock.monotonic());
  }

  #change(reach: Known): void {
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
  switch (reach.kind) {
    case 'reachable':
      return { level: 'info', message: `the ${name} can be reached again`, facts: { url } };
    case 'unreachable':
      return { level: 'error', message: `the ${name} can not be reached`, facts: { url, error: reach.error } };
    case 'shortage': {
      const { error, times } = reach;
      const message = `no connection to the ${name} could be made: something is used up here, which is no fault of it`;
      return { level: 'error', message, facts: { url, error, times } };
    }
  }
}
