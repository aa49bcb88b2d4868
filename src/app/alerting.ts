/** Connects the sources of events with the webhooks. */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Alerts } from '../alerts/alerts.ts';
import { type ExposureStore, Exposures } from '../alerts/exposures.ts';
import { NewSignatures } from '../alerts/new-signatures.ts';
import { post } from '../alerts/post.ts';
import { type Condition, type CopyCounts, TroubleWatch } from '../alerts/trouble-watch.ts';
import { VerdictWatch } from '../alerts/verdict-watch.ts';
import type { AlertLog } from '../alerts/webhook.ts';
import type { Config } from '../config/types.ts';
import { systemClock } from '../lib/clock.ts';
import { systemEvery } from '../lib/schedule.ts';
import type { Exposure } from '../model/experiment.ts';
import type { SignatureRow } from '../model/finding.ts';
import type { RolloutChange } from '../model/rollout.ts';
import type { StoreReader } from '../model/store-reader.ts';
import type { VerdictReader } from '../results/verdict.ts';
import { inWords } from '../rollout/lifecycle.ts';

type AlertingConfig = Pick<Config, 'alerts' | 'exposure'>;

interface AlertingOptions {
  readonly config: AlertingConfig;
  readonly store: Pick<StoreReader, 'signature'> & VerdictReader & ExposureStore & { readonly isResting: boolean };
  readonly condition: () => Condition;
  readonly copies: () => CopyCounts;
  readonly log: AlertLog;
}

/** Seconds between two counts of the copies. */
const COUNTED_EVERY = 10;
/** Milliseconds that the last messages may take. */
const LAST_PATIENCE = 2_000;

export class Alerting {
  readonly #options: AlertingOptions;
  readonly #alerts: Alerts;
  readonly #signatures: NewSignatures;
  readonly #troubles: TroubleWatch;
  readonly #verdicts: VerdictWatch;
  readonly #exposures: Exposures;
  #config: AlertingConfig;
  #ticks = 0;

  constructor(options: AlertingOptions) {
    const { config, store, log } = options;
    this.#options = options;
    this.#config = config;
    const every = systemEvery;
    this.#alerts = new Alerts({
      ...{ config: config.alerts, host: hostname(), clock: systemClock, every, log },
      onTick: () => this.#look(),
      post,
    });
    this.#exposures = new Exposures({
      ...{ config: config.exposure, store, clock: systemClock, every, log },
      post: (to, body) => post(to, body, to.timeout),
    });
    this.#signatures = new NewSignatures(store, systemClock.wall(), (alert) => this.#alerts.tell(alert));
    this.#troubles = new TroubleWatch((alert) => this.#alerts.tell(alert));
    this.#verdicts = new VerdictWatch(store, systemClock, (alert) => this.#alerts.tell(alert));
  }

  get counts(): Alerts['counts'] {
    return this.#alerts.counts;
  }

  get exposureCounts(): Exposures['counts'] {
    return this.#exposures.counts;
  }

  /** The latest verdict; undefined where none is known. */
  get verdict(): VerdictWatch['latest'] {
    return this.#verdicts.latest;
  }

  /** Takes the findings, new or not. */
  see(service: string, rows: readonly SignatureRow[]): void {
    if (this.#alerts.wants('signature')) this.#signatures.see(service, rows);
  }

  /** Takes users who are new in an experiment. */
  onExposed(exposures: readonly Exposure[]): void {
    this.#exposures.tell(exposures);
  }

  onRollout({ service, action, by, reason, state }: RolloutChange): void {
    this.#alerts.tell({ event: 'rollout', service, action, by, is: inWords(state), reason });
  }

  /** These signatures were marked by a person: if they are seen again, that is a new event. */
  forget(ids: readonly string[]): void {
    this.#signatures.forget(ids);
  }

  configure(config: AlertingConfig): void {
    this.#config = config;
    this.#alerts.configure(config.alerts);
    this.#exposures.configure(config.exposure);
  }

  /** Never rejects, and never takes long. */
  async close(): Promise<void> {
    const closed = Promise.all([this.#alerts.close(), this.#exposures.close()]);
    await Promise.race([closed, delay(LAST_PATIENCE, undefined, { ref: false })]);
  }

  #look(): void {
    const { store, condition, copies } = this.#options;
    // Nothing is written while it rests.
    if (!store.isResting) void this.#verdicts.look();
    if (this.#config.alerts.webhooks.length === 0) return;
    this.#troubles.look(condition());
    if (this.#ticks++ % COUNTED_EVERY === 0) this.#troubles.count(copies(), this.#config.alerts.shed);
    void this.#signatures.look(systemClock.wall());
  }
}
