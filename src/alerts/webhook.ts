import type { Clock } from '../lib/clock.ts';
import { type Alert, keyOf } from './alert.ts';
import { bodyOf, type Told } from './message.ts';
import { type Posted, placeOf, type WebhookConfig } from './post.ts';

/** Alerts per message. Further ones are only counted. */
const MOST_TOLD = 50;
/** Messages that may wait while earlier ones fail. */
const MOST_WAITING = 16;
/** Attempts per message. */
const MOST_ATTEMPTS = 6;
/** Milliseconds before the second attempt; doubled with each further one. */
const FIRST_PAUSE = 1_000;

export interface AlertCounts {
  /** Messages that a webhook accepted. */
  sent: number;
  /** Messages for which every attempt failed. */
  failed: number;
  /** Messages that were dropped because too many waited. */
  dropped: number;
}

export interface WebhookOptions {
  readonly webhook: WebhookConfig;
  /** Milliseconds. */
  readonly window: number;
  readonly host: string;
  readonly clock: Clock;
  /** Posts once; never rejects. */
  readonly post: (webhook: WebhookConfig, body: string) => Promise<Posted>;
  readonly counts: AlertCounts;
  readonly log: AlertLog;
}

/** What alerts need of a logger; pino has it. */
export interface AlertLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One webhook: collects the alerts within a window in one message, and posts one message at a time. */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #told = new Map<string, Told>();
  #left = 0;
  /** When the window ends, on the monotonic clock. */
  #due = 0;
  /** Bodies, the oldest first. */
  readonly #waiting: string[] = [];
  #attempts = 0;
  #notBefore = 0;
  #posting: Promise<void> | undefined;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  wants(event: Alert['event']): boolean {
    const { events } = this.#options.webhook;
    return event === 'test' || events === undefined || events.includes(event);
  }

  tell(alert: Alert): void {
    if (!this.wants(alert.event)) return;
    const { clock, window } = this.#options;
    if (this.#told.size === 0) this.#due = clock.monotonic() + window;
    const key = keyOf(alert);
    const before = this.#told.get(key);
    if (before === undefined && this.#told.size === MOST_TOLD) this.#left++;
    else this.#told.set(key, { alert, at: clock.wall(), times: (before?.times ?? 0) + 1 });
  }

  /** Must be called about every second: sends what is due. */
  tick(): void {
    const now = this.#options.clock.monotonic();
    if (this.#told.size > 0 && now >= this.#due) this.#gather();
    if (this.#posting !== undefined || this.#waiting.length === 0 || now < this.#notBefore) return;
    this.#posting = this.#post().finally(() => {
      this.#posting = undefined;
    });
  }

  /** Tries once to send everything; failed messages are lost. */
  async close(): Promise<void> {
    if (this.#told.size > 0) this.#gather();
    await this.#posting;
    if (this.#waiting.length > 0) await this.#post('last');
    const dropped = this.#waiting.splice(0).length;
    if (dropped === 0) return;
    const { webhook, counts, log } = this.#options;
    counts.dropped += dropped;
    log.warn({ webhook: placeOf(webhook), dropped }, 'alerts that waited were dropped at the end of their webhook');
  }

  #gather(): void {
    const { webhook, host, counts, log } = this.#options;
    const body = bodyOf({ told: [...this.#told.values()], left: this.#left, host }, webhook.format);
    this.#told.clear();
    this.#left = 0;
    if (this.#waiting.length < MOST_WAITING) {
      this.#waiting.push(body);
      return;
    }
    counts.dropped++;
    log.warn({ webhook: placeOf(webhook), waiting: MOST_WAITING }, 'an alert was dropped, because too many wait');
  }

  async #post(attempt: 'last' | 'any' = 'any'): Promise<void> {
    const { webhook, post, clock, counts, log } = this.#options;
    const posted = await post(webhook, this.#waiting[0]!);
    this.#attempts++;
    if (!posted.ok && posted.again && attempt === 'any' && this.#attempts < MOST_ATTEMPTS) {
      this.#notBefore = clock.monotonic() + FIRST_PAUSE * 2 ** (this.#attempts - 1);
      return;
    }
    this.#waiting.shift();
    if (posted.ok) counts.sent++;
    else {
      counts.failed++;
      const facts = { webhook: placeOf(webhook), attempts: this.#attempts, reason: posted.reason };
      log.error(facts, 'an alert could not be posted');
    }
    this.#attempts = 0;
  }
}
