/** Connects the sources of events with the webhooks. */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Alerts, type AlertsConfig } from '../alerts/alerts.ts';
import { NewSignatures } from '../alerts/new-signatures.ts';
import { type Condition, type CopyCounts, TroubleWatch } from '../alerts/trouble-watch.ts';
import { VerdictWatch } from '../alerts/verdict-watch.ts';
import type { AlertLog } from '../alerts/webhook.ts';
import { systemClock } from '../lib/clock.ts';
import { systemEvery } from '../lib/schedule.ts';
import type { SignatureRow } from '../model/finding.ts';
import type { RolloutChange } from '../model/rollout.ts';
import type { StoreReader } from '../model/store-reader.ts';
import type { VerdictReader } from '../results/verdict.ts';
import { inWords } from '../rollout/lifecycle.ts';

interface AlertingOptions {
  readonly config: AlertsConfig;
  readonly store: Pick<StoreReader, 'signature'> & VerdictReader & { readonly isResting: boolean };
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
  #config: AlertsConfig;
  #ticks = 0;

  constructor(options: AlertingOptions) {
    const { config, store, log } = options;
    this.#options = options;
    this.#config = config;
    const every = systemEvery;
    this.#alerts = new Alerts({ config, host: hostname(), clock: systemClock, every, log, onTick: () => this.#look() });
    this.#signatures = new NewSignatures(store, systemClock.wall(), (alert) => this.#alerts.tell(alert));
    this.#troubles = new TroubleWatch((alert) => this.#alerts.tell(alert));
    this.#verdicts = new VerdictWatch(store, systemClock, (alert) => this.#alerts.tell(alert));
  }

  get counts(): Alerts['counts'] {
    return this.#alerts.counts;
  }

  /** The latest verdict; undefined where none is known. */
  get verdict(): VerdictWatch['latest'] {
    return this.#verdicts.latest;
  }

  /** Takes the findings, new or not. */
  see(service: string, rows: readonly SignatureRow[]): void {
    if (this.#alerts.wants('signature')) this.#signatures.see(service, rows);
  }

  onRollout({ service, action, by, reason, state }: RolloutChange): void {
    this.#alerts.tell({ event: 'rollout', service, action, by, is: inWords(state), reason });
  }

  /** These signatures were marked by a person: if they are seen again, that is a new event. */
  forget(ids: readonly string[]): void {
    this.#signatures.forget(ids);
  }

  configure(config: AlertsConfig): void {
    this.#config = config;
    this.#alerts.configure(config);
  }

  /** Never rejects, and never takes long. */
  async close(): Promise<void> {
    await Promise.race([this.#alerts.close(), delay(LAST_PATIENCE, undefined, { ref: false })]);
  }

  #look(): void {
    const { store, condition, copies } = this.#options;
    // Nothing is written while it rests.
    if (!store.isResting) void this.#verdicts.look();
    if (this.#config.webhooks.length === 0) return;
    this.#troubles.look(condition());
    if (this.#ticks++ % COUNTED_EVERY === 0) this.#troubles.count(copies(), this.#config.shed);
    void this.#signatures.look(systemClock.wall());
  }
}
