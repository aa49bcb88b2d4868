import type { Clock } from '../lib/clock.ts';
import type { Exposure } from '../model/experiment.ts';
import { bodyOf, type ExposureConfig } from './exposure-format.ts';
import { FailureLog } from './failure-log.ts';
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
  /** Too many waited, or there was no webhook any more. */
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
  readonly #failures: FailureLog;
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
    this.#failures = new FailureLog({ webhook: options.config, clock: options.clock, log: options.log });
  }

  tell(exposures: readonly Exposure[]): void {
    const { clock, config, counts, log } = this.#options;
    if (this.#waiting.length === 0) this.#due = clock.monotonic() + config.window;
    const room = Math.max(0, MOST_WAITING - this.#waiting.length);
    for (const exposure of exposures.slice(0, room)) this.#waiting.push(exposure);
    const left = Math.max(0, exposures.length - room);
    counts.dropped += left;
    this.#failures.drops(left);
    if (left > 0 && this.#state === 'keeping') {
      this.#state = 'dropping';
      const facts = { webhook: placeOf(config), waiting: MOST_WAITING };
      log.error(facts, 'exposures are dropped, because too many wait: the webhook does not take them fast enough');
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

  /** Ends without sending: returns what waits, after the end of the post that is under way. */
  async leave(): Promise<readonly Exposure[]> {
    await this.#posting;
    return [...this.#batch, ...this.#waiting];
  }

  /** Tries once to send everything that waits; what fails is lost. */
  async close(): Promise<void> {
    await this.#posting;
    while (this.#batch.length > 0 || this.#waiting.length > 0) {
      if (this.#batch.length === 0) this.#nextBatch();
      if ((await this.#post()) !== 'sent') break;
    }
    const { config, counts, log } = this.#options;
    const lost = this.#batch.length + this.#waiting.length;
    if (lost === 0) return;
    counts.failed += this.#batch.length;
    counts.dropped += this.#waiting.length;
    log.error({ webhook: placeOf(config), exposures: lost }, 'exposures that waited at the end could not be posted');
  }

  #nextBatch(): void {
    this.#batch = this.#waiting.slice(0, BATCH);
    this.#waiting = this.#waiting.slice(BATCH);
    this.#state = 'keeping';
  }

  /** `again`: the batch is kept. */
  async #post(): Promise<'sent' | 'failed' | 'again'> {
    const { config, post, clock, counts } = this.#options;
    const posted = await post(bodyOf(this.#batch, config));
    const attempts = ++this.#attempts;
    const result = posted.ok ? 'sent' : posted.again && attempts < MOST_ATTEMPTS ? 'again' : 'failed';
    if (result === 'again')
      this.#notBefore = clock.monotonic() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1));
    else {
      counts[result] += this.#batch.length;
      this.#attempts = 0;
    }
    const lost = result === 'failed' ? this.#batch.length : 0;
    if (result !== 'again') this.#batch = [];
    const waiting = this.#batch.length + this.#waiting.length;
    if (posted.ok) this.#failures.works(waiting);
    else this.#failures.fails({ reason: posted.reason, attempts, lost, waiting });
    return result;
  }
}
