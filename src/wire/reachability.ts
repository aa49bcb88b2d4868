/**
 * Tells the operator whether a target can be reached. The first change is reported at once. Changes soon after it are
 * not: once the quiet time is over, the current state is reported if it differs.
 */
import type { Target } from '../config/target-types.ts';
import type { Clock } from '../lib/clock.ts';
import type { Notice } from '../model/notice.ts';
import { type Deadline, NEVER } from './deadlines.ts';

type Known = { readonly kind: 'reachable' } | { readonly kind: 'unreachable'; readonly error: string };

/**
 * `error`: from the latest attempt to connect. `shortage`: no connection could be made because of a shortage here, with
 * how often since the last report. Whether the target can be reached is unknown.
 */
export type Reach = Known | { readonly kind: 'shortage'; readonly error: string; readonly times: number };

const REACHABLE: Known = { kind: 'reachable' };

/** Milliseconds from one reported change to the next. */
const QUIET = 5_000;
/** Milliseconds from one reported shortage to the next. */
const SHORTAGE_QUIET = 60_000;

export class Reachability implements Deadline {
  deadline = NEVER;
  readonly #clock: Clock;
  readonly #onChange: (reach: Reach) => void;
  #now: Known = REACHABLE;
  /** The last reported state. A target is assumed to be reachable at first. */
  #told: Known['kind'] = 'reachable';
  #quietUntil = 0;
  #shortages = 0;
  #shortageQuietUntil = 0;

  constructor(clock: Clock, onChange: (reach: Reach) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** The target has answered on a new connection. */
  onReached(): void {
    this.#change(REACHABLE);
  }

  /** No connection could be made, or none that both sides trust. */
  onFailed(error: string): void {
    this.#change({ kind: 'unreachable', error });
  }

  /** This process or machine lacks the resources for another connection. */
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

/** The notice for the log. `name`: primary, shadow or control. */
export function reachabilityNotice(name: string, { url }: Target, reach: Reach): Notice {
  switch (reach.kind) {
    case 'reachable':
      return {
        level: 'info',
        message: `the ${name} can be reached again`,
        facts: { url },
        reach: { url, reachable: true },
      };
    case 'unreachable':
      return {
        level: 'error',
        message: `the ${name} can not be reached`,
        facts: { url, error: reach.error },
        reach: { url, reachable: false },
      };
    case 'shortage': {
      const { error, times } = reach;
      const message = `no connection to the ${name} could be made: a resource is used up here, which is not the fault of the ${name}`;
      return { level: 'error', message, facts: { url, error, times } };
    }
  }
}
