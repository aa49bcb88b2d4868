import type { Clock } from '../lib/clock.ts';
import type { Every } from '../lib/schedule.ts';
import type { Exposure } from '../model/experiment.ts';
import type { ExposureConfig } from './exposure-format.ts';
import { type ExposureCounts, ExposureWebhook } from './exposure-webhook.ts';
import { loadClient, type Posted, placeOf } from './post.ts';
import type { AlertLog } from './webhook.ts';

export interface ExposuresOptions {
  readonly config: ExposureConfig | undefined;
  readonly clock: Clock;
  readonly every: Every;
  readonly log: AlertLog;
  /** Posts once; never rejects. */
  readonly post: (config: ExposureConfig, body: string) => Promise<Posted>;
}

const TICK = 1_000;

/** Reports who takes part in experiments to the webhook that is configured, if any. Callers never wait. */
export class Exposures {
  readonly #options: ExposuresOptions;
  readonly #counts: ExposureCounts = { sent: 0, failed: 0, dropped: 0 };
  readonly #stop: () => void;
  #config: ExposureConfig | undefined;
  #webhook: ExposureWebhook | undefined;
  /** Until what waited for previous webhooks has moved. */
  #moving: Promise<unknown> = Promise.resolve();

  constructor(options: ExposuresOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#webhook = this.#make();
    this.#stop = options.every(TICK, () => this.#webhook?.tick());
  }

  /** Since the start. */
  get counts(): Readonly<ExposureCounts> {
    return this.#counts;
  }

  tell(exposures: readonly Exposure[]): void {
    this.#webhook?.tell(exposures);
  }

  /** What still waits for the previous webhook goes to the new one. Without one it is dropped. */
  configure(config: ExposureConfig | undefined): void {
    if (JSON.stringify(config) === JSON.stringify(this.#config)) return;
    const before = this.#webhook;
    const previous = this.#config;
    this.#config = config;
    this.#webhook = this.#make();
    if (before === undefined || previous === undefined) return;
    this.#moving = Promise.all([this.#moving, this.#move(before, previous)]);
  }

  /** Tries once to send everything. */
  async close(): Promise<void> {
    this.#stop();
    await this.#moving;
    await this.#webhook?.close();
  }

  async #move(from: ExposureWebhook, previous: ExposureConfig): Promise<void> {
    const waiting = await from.leave();
    if (waiting.length === 0) return;
    if (this.#webhook !== undefined) {
      this.#webhook.tell(waiting);
      return;
    }
    this.#counts.dropped += waiting.length;
    const facts = { webhook: placeOf(previous), exposures: waiting.length };
    this.#options.log.warn(facts, 'exposures that waited were dropped, because no webhook is configured any more');
  }

  #make(): ExposureWebhook | undefined {
    const config = this.#config;
    if (config === undefined) return undefined;
    loadClient().catch(() => {});
    const { clock, log, post } = this.#options;
    return new ExposureWebhook({
      ...{ config, clock, log, counts: this.#counts },
      post: (body) => post(config, body),
    });
  }
}
