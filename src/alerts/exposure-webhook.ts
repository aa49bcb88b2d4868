import type { Clock } from '../lib/clock.ts';
import type { Exposure } from '../model/experiment.ts';
import { bodyOf, type ExposureConfig } from './exposure-format.ts';
import { type Posted, placeOf } from './post.ts';
import type { AlertLog } from './webhook.ts';

/** Exposures per message. */
const BATCH = 500;
/** Exposures that may wait while the webhook fails. */
const MOST_WAITING = 50_000;
/** Attempts per message: about a quarter of an hour. */
const MOST_ATTEMPTS = 20;
/** Milliseconds before the second attempt; doubled with each further one, up to the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** Exposures. */
export interface ExposureCounts {
  /** The webhook accepted them. */
  sent: number;
  /** It refused them, or every attempt failed. */
  failed: number;
  /** Too many waited. */
  dropped: number;
}

export interface ExposureWebhookOptions {
  readonly config: ExposureConfig;
  readonly clock: Clock;
  /** Posts once; never rejects. */
  readonly post: (body: string) => Promise<Posted>;
  readonly counts: ExposureCounts;
  readonly log: AlertLog;
}

/** Posts exposures in batches, one at a time and in order. Nobody waits for it. */
export class ExposureWebhook {
  readonly #options: ExposureWebhookOptions;
  #waiting: Exposure[] = [];
  /** The batch whose post is tried. */
  #batch: readonly Exposure[] = [];
  /** When what waits is sent, on the monotonic clock. */
  #due = 0;
  #attempts = 0;
  #notBefore = 0;
  #posting: Promise<unknown> | undefined;
  #state: 'keeping' | 'dropping' = 'keeping';

  constructor(options: ExposureWebhookOptions) {
    this.#options = options;
  }

  tell(exposures: readonly Exposure[]): void {
    const { clock, config, counts, log } = this.#options;
    if (this.#waiting.length === 0) this.#due = clock.monotonic() + config.window;
    const room = Math.max(0, MOST_WAITING - this.#waiting.length);
    for (const exposure of exposures.slice(0, room)) this.#waiting.push(exposure);
    const left = Math.max(0, exposures.length - room);
    counts.dropped += left;
    if (left > 0 && this.#state === 'keeping') {
      this.#state = 'dropping';
      const facts = { webhook: placeOf(config), waiting: MOST_WAITING };
      log.error(facts, 'exposures are dropped, because too many wait: the webhook does not take them');
    }
  }

  /** Must be called about every second: sends what is due. */
  tick(): void {
    const now = this.#options.clock.monotonic();
    if (this.#posting !== undefined || now < this.#notBefore) return;
    if (this.#batch.length === 0) {
      const isDue = this.#waiting.length >= BATCH || (this.#waiting.length > 0 && now >= this.#due);
      if (!isDue) return;
      this.#nextBatch();
    }
    this.#posting = this.#post().finally(() => {
      this.#posting = undefined;
    });
  }

  /** Tries once to send everything that waits; what fails is lost. */
  async close(): Promise<void> {
    await this.#posting;
    while (this.#batch.length > 0 || this.#waiting.length > 0) {
      if (this.#batch.length === 0) this.#nextBatch();
      this.#attempts = MOST_ATTEMPTS - 1;
      if ((await this.#post()) === 'failed') break;
    }
    this.#options.counts.dropped += this.#waiting.splice(0).length;
  }

  #nextBatch(): void {
    this.#batch = this.#waiting.slice(0, BATCH);
    this.#waiting = this.#waiting.slice(BATCH);
    this.#state = 'keeping';
  }

  /** `again`: it will be tried again. */
  async #post(): Promise<'sent' | 'failed' | 'again'> {
    const { config, post, clock, counts, log } = this.#options;
    const posted = await post(bodyOf(this.#batch, config));
    this.#attempts++;
    if (!posted.ok && posted.again && this.#attempts < MOST_ATTEMPTS) {
      this.#notBefore = clock.monotonic() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#attempts - 1));
      return 'again';
    }
    const exposures = this.#batch.length;
    this.#batch = [];
    if (posted.ok) counts.sent += exposures;
    else {
      counts.failed += exposures;
      const facts = { webhook: placeOf(config), attempts: this.#attempts, exposures, reason: posted.reason };
      log.error(facts, 'exposures could not be posted');
    }
    this.#attempts = 0;
    return posted.ok ? 'sent' : 'failed';
  }
}
