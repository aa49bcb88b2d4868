import type { Options } from '../config/options.ts';
import type { Clock } from '../lib/clock.ts';
import type { Every } from '../lib/schedule.ts';
import type { Alert } from './alert.ts';
import { loadClient, type Posted, type WebhookConfig } from './post.ts';
import { type AlertCounts, type AlertLog, Webhook } from './webhook.ts';

export type AlertsConfig = Options['alerts'];

export interface AlertsOptions {
  readonly config: AlertsConfig;
  /** The host that messages name. */
  readonly host: string;
  readonly clock: Clock;
  readonly every: Every;
  readonly log: AlertLog;
  /** Posts once, within `timeout` milliseconds; never rejects. */
  readonly post: (webhook: WebhookConfig, body: string, timeout: number) => Promise<Posted>;
  /** Called every second, before pending messages are sent. */
  readonly onTick?: () => void;
}

const TICK = 1_000;

/** Reports events to webhooks. Callers never wait, and it never throws. */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #counts: AlertCounts = { sent: 0, failed: 0, dropped: 0 };
  readonly #stop: () => void;
  #config: AlertsConfig;
  #webhooks: readonly Webhook[] = [];
  /** Until what waited for previous webhooks has moved. */
  #moving: Promise<unknown> = Promise.resolve();

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#webhooks = this.#make();
    this.#stop = options.every(TICK, () => {
      options.onTick?.();
      for (const webhook of this.#webhooks) webhook.tick();
    });
  }

  /** Since the start. */
  get counts(): Readonly<AlertCounts> {
    return this.#counts;
  }

  /** Whether any webhook wants this event. */
  wants(event: Alert['event']): boolean {
    return this.#webhooks.some((webhook) => webhook.wants(event));
  }

  tell(alert: Alert): void {
    for (const webhook of this.#webhooks) webhook.tell(alert);
  }

  /**
   * What still waits for a webhook goes to the one that takes over: that with its URL, else the one in its place of the
   * list. Without one it is tried once more.
   */
  configure(config: AlertsConfig): void {
    if (JSON.stringify(config) === JSON.stringify(this.#config)) return;
    const before = this.#webhooks;
    const successors = successorsOf(this.#config.webhooks, config.webhooks);
    this.#config = config;
    this.#webhooks = this.#make();
    const moves = before.map((from, at) => move(from, this.#webhooks[successors[at]!]));
    this.#moving = Promise.all([this.#moving, ...moves]);
  }

  /** Tries once to send everything, with the time of one post per webhook. */
  async close(): Promise<void> {
    this.#stop();
    await this.#moving;
    await Promise.all(this.#webhooks.map((webhook) => webhook.close()));
  }

  #make(): readonly Webhook[] {
    const { host, clock, log, post } = this.#options;
    const { webhooks, window, timeout } = this.#config;
    if (webhooks.length > 0) loadClient().catch(() => {});
    return webhooks.map(
      (webhook) =>
        new Webhook({
          ...{ webhook, window, host, clock, log, counts: this.#counts },
          post: (to, body) => post(to, body, timeout),
        }),
    );
  }
}

type Place = Pick<WebhookConfig, 'url'>;

/** For each webhook of a list, which one of another list takes over; -1: none. */
function successorsOf(before: readonly Place[], now: readonly Place[]): readonly number[] {
  const free = new Set(now.keys());
  const claim = (at: number) => (free.delete(at) ? at : -1);
  const byUrl = before.map(({ url }) => claim(now.findIndex((each, at) => free.has(at) && each.url === url)));
  return byUrl.map((found, at) => (found === -1 ? claim(at) : found));
}

async function move(from: Webhook, to: Webhook | undefined): Promise<void> {
  if (to === undefined) return from.close();
  to.take(await from.leave());
}
