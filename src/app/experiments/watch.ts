import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import type { StoreReader } from '../../model/store-reader.ts';
import type { ExperimentResults } from '../../results/experiment-results.ts';
import { readExperiments } from '../../results/experiments.ts';

/** Milliseconds between two looks. */
const PAUSE = 10_000;

export interface WatchOptions {
  readonly store: Pick<StoreReader, 'experiments'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** Looks at the experiments that run, for the metrics, and warns once of each trouble. */
export class ExperimentWatch {
  readonly #options: WatchOptions;
  /** What was warned of. */
  readonly #told = new Set<string>();
  #running: readonly ExperimentResults[] = [];
  #isNeeded = false;
  #isLooking = false;
  #notBefore = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** As of the last look. */
  get running(): readonly ExperimentResults[] {
    return this.#running;
  }

  /** `isNeeded`: whether there is any experiment. */
  configure(isNeeded: boolean): void {
    this.#isNeeded = isNeeded;
    if (!isNeeded) this.#running = [];
    this.#notBefore = 0;
  }

  /** Must be called about every second; asks only when it is due. Never rejects. */
  async look(): Promise<void> {
    const { store, clock } = this.#options;
    if (!this.#isNeeded || this.#isLooking || clock.monotonic() < this.#notBefore) return;
    this.#isLooking = true;
    this.#notBefore = clock.monotonic() + PAUSE;
    try {
      const all = await readExperiments(store);
      this.#running = all.filter(({ state }) => state === 'running');
      for (const each of this.#running) this.#warn(each);
    } catch {
      // The recorder says that the store fails.
    } finally {
      this.#isLooking = false;
    }
  }

  #warn({ service, experiment, edition, ratio, leftOut, doubts }: ExperimentResults): void {
    const warn = (trouble: string, facts: object, message: string) => {
      const key = JSON.stringify([service, experiment, edition, trouble]);
      if (this.#told.has(key)) return;
      this.#told.add(key);
      this.#options.log.warn({ service, experiment, ...facts }, message);
    };
    if (!ratio.isEven)
      warn('uneven', { why: doubts[0] }, 'the users of an experiment are not divided as configured: it proves nothing');
    if (leftOut.full > 0)
      warn('full', { users: leftOut.full }, 'there is no room for more users of experiments: new ones are not counted');
  }
}
