import type { Clock } from '../lib/clock.ts';
import type { Every } from '../lib/schedule.ts';
import type { Exposure } from '../model/experiment.ts';
import type { ExposureConfig } from './exposure-format.ts';
import { type ExposureCounts, ExposureWebhook } from './exposure-webhook.ts';
import { loadClient, post } from './post.ts';
import type { AlertLog } from './webhook.ts';

export interface ExposuresOptions {
  readonly config: ExposureConfig | undefined;
  readonly clock: Clock;
  readonly every: Every;
  readonly log: AlertLog;
}

const TICK = 1_000;

/** Reports who takes part in experiments to the webhook that is configured, if any. Callers never wait. */
export class Exposures {
  readonly #options: ExposuresOptions;
  readonly #counts: ExposureCounts = { sent: 0, failed: 0, dropped: 0 };
  readonly #stop: () => void;
  #config: ExposureConfig | undefined;
  #webhook: ExposureWebhook | undefined;

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

  /** What still waits for the previous webhook is tried once more. */
  configure(config: ExposureConfig | undefined): void {
    if (JSON.stringify(config) === JSON.stringify(this.#config)) return;
    const before = this.#webhook;
    this.#config = config;
    this.#webhook = this.#make();
    void before?.close();
  }

  /** Tries once to send everything. */
  async close(): Promise<void> {
    this.#stop();
    await this.#webhook?.close();
  }

  #make(): ExposureWebhook | undefined {
    const config = this.#config;
    if (config === undefined) return undefined;
    loadClient().catch(() => {});
    const { clock, log } = this.#options;
    return new ExposureWebhook({
      ...{ config, clock, log, counts: this.#counts },
      post: (body) => post(config, body, config.timeout),
    });
  }
}
