import type { Clock } from '../lib/clock.ts';
import { placeOf } from './post.ts';
import type { AlertLog } from './webhook.ts';

export interface FailureLogOptions {
  readonly webhook: { readonly url: string };
  readonly clock: Clock;
  readonly log: AlertLog;
}

interface Failure {
  readonly reason: string;
  readonly attempts: number;
  /** Exposures that this failure lost. */
  readonly lost: number;
  /** Exposures that wait to be posted. */
  readonly waiting: number;
}

/** Milliseconds between two lines about a webhook that fails. */
const PAUSE = 300_000;

/** Says in the log that a webhook fails, now and then while it does, and when it is well again. */
export class FailureLog {
  readonly #options: FailureLogOptions;
  /** Since when it fails, on the monotonic clock. */
  #since: number | undefined;
  #isTold = false;
  /** Exposures lost of which no line has told that it is well again. */
  #lost = 0;
  #silentUntil = Number.NEGATIVE_INFINITY;

  constructor(options: FailureLogOptions) {
    this.#options = options;
  }

  fails({ reason, attempts, lost, waiting }: Failure): void {
    const { webhook, clock, log } = this.#options;
    const now = clock.monotonic();
    this.#since ??= now;
    this.#lost += lost;
    if (now < this.#silentUntil) return;
    this.#silentUntil = now + PAUSE;
    this.#isTold = true;
    const facts = { webhook: placeOf(webhook), reason, attempts, waiting, lost: this.#lost };
    log.error(facts, 'the webhook does not take exposures');
  }

  /** Exposures were lost because too many waited. */
  drops(lost: number): void {
    this.#lost += lost;
  }

  works(waiting: number): void {
    const { webhook, clock, log } = this.#options;
    const now = clock.monotonic();
    const seconds = Math.round((now - (this.#since ?? now)) / 1_000);
    this.#since = undefined;
    if (!this.#isTold && (this.#lost === 0 || now < this.#silentUntil)) return;
    log.warn({ webhook: placeOf(webhook), seconds, waiting, lost: this.#lost }, 'exposures are posted again');
    this.#isTold = false;
    this.#lost = 0;
  }
}
