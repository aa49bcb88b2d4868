import type { Logger } from 'pino';
import type { Config } from '../config/types.ts';
import { settledFinding } from '../findings/collector.ts';
import { sinceBoot, systemClock } from '../lib/clock.ts';
import { systemEvery } from '../lib/schedule.ts';
import type { SettledCount } from '../mirror/settled-counts.ts';
import type { Exposure } from '../model/experiment.ts';
import type { FindingsBatch, RedactionUse, SignatureRow } from '../model/finding.ts';
import type { Resting } from '../record/idleness.ts';
import { Recorder } from '../record/recorder.ts';
import { RuleHits } from '../record/rule-hits.ts';
import type { Configured, Rehearsed, Store } from '../record/store.ts';
import type { RehearsedFindings } from '../threads/messages.ts';
import { configuredOf } from './configured.ts';
import type { Counting } from './counting.ts';
import { Experiments } from './experiments/experiments.ts';
import type { Rehearsals } from './rehearsals.ts';
import type { RouteTable } from './route-table.ts';

export interface RecordingOptions {
  readonly config: Config;
  readonly store: Store;
  /** The same store. Absent: it never rests. */
  readonly resting: Resting | undefined;
  readonly routes: RouteTable;
  readonly rehearsals: Rehearsals;
  readonly counting: Counting;
  /** Called with everything that is found, new or not. */
  readonly see: (service: string, signatures: readonly SignatureRow[]) => void;
  /** From which the keys of users are made. */
  readonly secret: Uint8Array;
  /** Called with users who were written to an experiment for the first time. */
  readonly onExposed?: (exposures: readonly Exposure[]) => void;
  readonly log: Logger;
}

/** Passes the counts and findings of threads to the recorder, each under its rehearsal. */
export class Recording {
  readonly ruleHits = new RuleHits();
  readonly recorder: Recorder;
  readonly experiments: Experiments;
  readonly #options: RecordingOptions;
  #config: Config;
  #configured: Configured;

  constructor(options: RecordingOptions) {
    const { config, store, resting, routes, rehearsals, counting, secret, onExposed, log } = options;
    this.#options = options;
    this.#config = config;
    this.#configured = this.#configuredBy(config);
    this.recorder = new Recorder({
      store,
      resting,
      collect: () => {
        const increments = counting.collect(routes.all, rehearsals);
        rehearsals.review();
        return increments;
      },
      rehearsals: (ids) => rehearsals.toRecord(ids),
      configured: () => this.#configured,
      ...(onExposed && { onExposed }),
      config: config.store,
      // The other half may be being written meanwhile.
      exampleBytes: config.memory.examples / 2,
      clock: { ...systemClock, sinceBoot },
      every: systemEvery,
      log,
    });
    this.experiments = new Experiments({ config, secret, recorder: this.recorder, store, clock: systemClock, log });
  }

  configure(config: Config): void {
    this.#config = config;
    this.#configured = this.#configuredBy(config);
    this.experiments.configure(config);
  }

  #configuredBy(config: Config): Configured {
    const configured = configuredOf(config);
    this.ruleHits.configure(configured.rules);
    return configured;
  }

  onSettled(counts: readonly SettledCount[]): void {
    const { rehearsals, routes } = this.#options;
    for (const [rehearsal, settled] of Map.groupBy(counts, (count) => count.rehearsal)) {
      const signatures = settled.map(({ row, rehearsal: _, ...each }) => settledFinding(routes.of(row).name, each));
      this.#accept(rehearsals.of(rehearsal), { signatures, evidence: [], rules: [], redactions: [] });
    }
  }

  onFindings(batches: readonly RehearsedFindings[], droppedExamples: number): void {
    for (const { rehearsal, batch } of batches) {
      const of = this.#options.rehearsals.of(rehearsal);
      this.ruleHits.add(of.service, batch.rules);
      this.#accept(of, batch);
    }
    this.recorder.dropped(droppedExamples);
  }

  /** The access log covers all services: what is hidden in it is recorded under the first. */
  onHidden(redactions: readonly RedactionUse[]): void {
    const { name } = this.#config.services[0]!;
    this.#accept(this.#options.rehearsals.present(name), { signatures: [], evidence: [], rules: [], redactions });
  }

  #accept(of: Rehearsed, batch: FindingsBatch): void {
    this.#options.see(of.service, batch.signatures);
    this.recorder.accept({ ...of, ...batch });
  }
}
