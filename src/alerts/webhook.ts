import type { Clock } from '../lib/clock.ts';
import { type Alert, keyOf } from './alert.ts';
import { bodyOf, type Message, type Told } from './message.ts';
import { type Posted, placeOf, type WebhookConfig } from './post.ts';
import { Sender } from './sender.ts';

/** Alerts per message. Further ones are only counted. */
const MOST_TOLD = 50;
/** Messages that may wait while earlier ones fail. */
const MOST_WAITING = 16;
/** Attempts per message. */
const MOST_ATTEMPTS = 6;

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

/** The alerts of a window. */
export type Gathered = Omit<Message, 'host'>;

/** One webhook: collects the alerts within a window in one message, and posts one message at a time. */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #sender: Sender<Gathered>;
  readonly #told = new Map<string, Told>();
  #left = 0;
  /** When the window ends, on the monotonic clock. */
  #due = 0;
  /** The oldest first. */
  readonly #waiting: Gathered[] = [];

  constructor(options: WebhookOptions) {
    this.#options = options;
    const { webhook, host, clock, post, counts, log } = options;
    this.#sender = new Sender<Gathered>({
      clock,
      mostAttempts: MOST_ATTEMPTS,
      next: () => this.#waiting.shift(),
      post: (gathered) => post(webhook, bodyOf({ ...gathered, host }, webhook.format)),
      onAttempt: (_, attempt) => {
        if (attempt.result === 'again') return;
        counts[attempt.result]++;
        if (attempt.result === 'sent') return;
        const { attempts, reason } = attempt;
        log.error({ webhook: placeOf(webhook), attempts, reason }, 'an alert could not be posted');
      },
    });
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

  /** Takes what waited for another webhook, as far as this one wants it. */
  take(messages: readonly Gathered[]): void {
    for (const { told, left } of messages) {
      const wanted = told.filter(({ alert }) => this.wants(alert.event));
      if (wanted.length > 0) this.#wait({ told: wanted, left });
    }
  }

  /** Must be called about every second: sends what is due. */
  tick(): void {
    if (this.#options.clock.monotonic() >= this.#due) this.#gather();
    this.#sender.tick();
  }

  /** Ends without sending: returns what waits, after the end of the post that is under way. */
  async leave(): Promise<readonly Gathered[]> {
    const tried = await this.#sender.leave();
    this.#gather();
    return tried === undefined ? this.#waiting : [tried, ...this.#waiting];
  }

  /** Tries once to send everything, up to the first failure; what is left is lost. */
  async close(): Promise<void> {
    this.#gather();
    const unsent = await this.#sender.close();
    const dropped = this.#waiting.length + (unsent === undefined ? 0 : 1);
    if (dropped === 0) return;
    const { webhook, counts, log } = this.#options;
    counts.dropped += dropped;
    const facts = { webhook: placeOf(webhook), dropped, ...(unsent && { reason: unsent.reason }) };
    log.warn(facts, 'alerts that waited were dropped at the end of their webhook');
  }

  #gather(): void {
    if (this.#told.size === 0) return;
    const gathered = { told: [...this.#told.values()], left: this.#left };
    this.#told.clear();
    this.#left = 0;
    this.#wait(gathered);
  }

  #wait(gathered: Gathered): void {
    const waiting = this.#waiting.length + (this.#sender.message === undefined ? 0 : 1);
    if (waiting < MOST_WAITING) {
      this.#waiting.push(gathered);
      return;
    }
    const { webhook, counts, log } = this.#options;
    counts.dropped++;
    log.warn({ webhook: placeOf(webhook), waiting: MOST_WAITING }, 'an alert was dropped, because too many wait');
  }
}
