import type { Clock } from '../lib/clock.ts';
import type { Exposure } from '../model/experiment.ts';
import { bodyOf, type ExposureConfig } from './exposure-format.ts';
import { FailureLog } from './failure-log.ts';
import { type Posted, placeOf } from './post.ts';
import { type Attempt, Sender } from './sender.ts';
import type { AlertLog } from './webhook.ts';

/** Exposures per message. */
const BATCH = 500;
/** Exposures that may wait while the webhook fails. */
export const MOST_WAITING = 50_000;
/** Attempts per message: about a quarter of an hour. */
const MOST_ATTEMPTS = 20;

/** Exposures. */
export interface ExposureCounts {
  /** The webhook accepted them. */
  sent: number;
  /** It refused them, or every attempt failed. */
  failed: number;
  /** Too many waited, or there was no webhook any more. */
  dropped: number;
}

export interface ExposureWebhookOptions {
  readonly config: ExposureConfig;
  readonly clock: Clock;
  /** Posts once; never rejects. */
  readonly post: (body: string) => Promise<Posted>;
  /** Called with those that will not be posted again: they were sent, have failed, or are dropped. */
  readonly onEnded: (exposures: readonly Exposure[]) => void;
  readonly counts: ExposureCounts;
  readonly log: AlertLog;
}

/** Posts exposures in batches, one at a time and in order. Nobody waits for it. */
export class ExposureWebhook {
  readonly #options: ExposureWebhookOptions;
  readonly #failures: FailureLog;
  readonly #sender: Sender<readonly Exposure[]>;
  #waiting: Exposure[] = [];
  /** When what waits is sent, on the monotonic clock. */
  #due = 0;
  #state: 'keeping' | 'dropping' = 'keeping';

  constructor(options: ExposureWebhookOptions) {
    const { config, clock, post, log } = options;
    this.#options = options;
    this.#failures = new FailureLog({ webhook: config, clock, log });
    this.#sender = new Sender<readonly Exposure[]>({
      clock,
      mostAttempts: MOST_ATTEMPTS,
      next: (which) => (which === 'any' || this.#isDue ? this.#nextBatch() : undefined),
      post: (batch) => post(bodyOf(batch, config)),
      onAttempt: (batch, attempt) => this.#onAttempt(batch, attempt),
    });
  }

  tell(exposures: readonly Exposure[]): void {
    const { clock, config, counts, log, onEnded } = this.#options;
    if (this.#waiting.length === 0) this.#due = clock.monotonic() + config.window;
    const room = Math.max(0, MOST_WAITING - this.#waiting.length);
    for (const exposure of exposures.slice(0, room)) this.#waiting.push(exposure);
    const left = exposures.slice(room);
    if (left.length === 0) return;
    counts.dropped += left.length;
    this.#failures.drops(left.length);
    onEnded(left);
    if (this.#state === 'dropping') return;
    this.#state = 'dropping';
    const facts = { webhook: placeOf(config), waiting: MOST_WAITING };
    log.error(facts, 'exposures are dropped, because too many wait: the webhook does not take them fast enough');
  }

  /** Must be called about every second: sends what is due. */
  tick(): void {
    this.#sender.tick();
  }

  /** Ends without sending: returns what waits, after the end of the post that is under way. */
  async leave(): Promise<readonly Exposure[]> {
    const tried = (await this.#sender.leave()) ?? [];
    return [...tried, ...this.#waiting];
  }

  /** Tries once to send everything that waits, up to the first failure. */
  async close(): Promise<void> {
    const unsent = await this.#sender.close();
    const left = this.#waiting.length + (unsent?.message.length ?? 0);
    if (left === 0) return;
    const { config, log } = this.#options;
    log.warn(
      { webhook: placeOf(config), exposures: left, ...(unsent && { reason: unsent.reason }) },
      'exposures that waited at the end could not be posted: they are posted after the next start, if the store is kept',
    );
  }

  get #isDue(): boolean {
    return this.#waiting.length >= BATCH || this.#options.clock.monotonic() >= this.#due;
  }

  #nextBatch(): readonly Exposure[] | undefined {
    if (this.#waiting.length === 0) return undefined;
    const batch = this.#waiting.slice(0, BATCH);
    this.#waiting = this.#waiting.slice(BATCH);
    this.#state = 'keeping';
    return batch;
  }

  #onAttempt(batch: readonly Exposure[], attempt: Attempt): void {
    const { counts, onEnded } = this.#options;
    if (attempt.result !== 'again') {
      counts[attempt.result] += batch.length;
      onEnded(batch);
    }
    const waiting = this.#waiting.length + (attempt.result === 'again' ? batch.length : 0);
    if (attempt.result === 'sent') this.#failures.works(waiting);
    else this.#failures.fails({ ...attempt, lost: attempt.result === 'failed' ? batch.length : 0, waiting });
  }
}
