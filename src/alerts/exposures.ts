import type { Clock } from '../lib/clock.ts';
import type { Every } from '../lib/schedule.ts';
import type { Exposure } from '../model/experiment.ts';
import type { ExposureConfig } from './exposure-format.ts';
import { type ExposureCounts, ExposureWebhook, MOST_WAITING } from './exposure-webhook.ts';
import { loadClient, type Posted, placeOf } from './post.ts';
import type { AlertLog } from './webhook.ts';

/** Where exposures wait as well, so that a crash loses none of them. Its methods reject while it is away. */
export interface ExposureStore {
  /** What earlier processes left, the oldest first: at most so many. */
  unreportedExposures(most: number): Promise<readonly Exposure[]>;
  /** They were reported, or never will be. */
  forgetUnreported(exposures: readonly Exposure[]): Promise<void>;
}

export interface ExposuresOptions {
  readonly config: ExposureConfig | undefined;
  readonly store: ExposureStore;
  readonly clock: Clock;
  readonly every: Every;
  readonly log: AlertLog;
  /** Posts once; never rejects. */
  readonly post: (config: ExposureConfig, body: string) => Promise<Posted>;
}

const TICK = 1_000;

/**
 * Reports who takes part in experiments to the webhook that is configured, if any. Callers never wait. Each is reported
 * once; after a crash, or if the store was away, perhaps twice, with the same id.
 */
export class Exposures {
  readonly #options: ExposuresOptions;
  readonly #counts: ExposureCounts = { sent: 0, failed: 0, dropped: 0 };
  readonly #stop: () => void;
  #config: ExposureConfig | undefined;
  #webhook: ExposureWebhook | undefined;
  /** Until what waited for previous webhooks, and for this process, has moved. */
  #moving: Promise<unknown>;
  /** Until the store has forgotten what ended. */
  #forgetting: Promise<unknown> = Promise.resolve();

  constructor(options: ExposuresOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#webhook = this.#make();
    this.#moving = this.#webhook === undefined ? Promise.resolve() : this.#takeLeft();
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

  /** Tries once to send everything. What fails waits in the store for the next process. */
  async close(): Promise<void> {
    this.#stop();
    await this.#moving;
    await this.#webhook?.close();
    await this.#forgetting;
  }

  async #takeLeft(): Promise<void> {
    const { store, log } = this.#options;
    try {
      const left = await store.unreportedExposures(MOST_WAITING);
      if (left.length > 0) this.#webhook?.tell(left);
    } catch (error) {
      const facts = { error: error instanceof Error ? error.message : String(error) };
      log.warn(facts, 'the store is away: exposures that an earlier run could not post wait until the next start');
    }
  }

  async #move(from: ExposureWebhook, previous: ExposureConfig): Promise<void> {
    const waiting = await from.leave();
    if (waiting.length === 0) return;
    if (this.#webhook !== undefined) {
      this.#webhook.tell(waiting);
      return;
    }
    this.#counts.dropped += waiting.length;
    this.#forget(waiting);
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
      onEnded: (exposures) => this.#forget(exposures),
    });
  }

  /** If the store is away, they are posted once more after the next start, with the same ids. */
  #forget(exposures: readonly Exposure[]): void {
    const forgotten = this.#options.store.forgetUnreported(exposures).catch(() => {});
    this.#forgetting = Promise.all([this.#forgetting, forgotten]);
  }
}
