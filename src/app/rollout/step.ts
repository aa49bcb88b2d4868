import type { Logger } from 'pino';
import type { RolloutConfig } from '../../config/types.ts';
import type { Rehearsal } from '../../model/rehearsal.ts';
import { BUCKETS } from '../../model/rollout.ts';
import type { RouteRow } from '../../model/route.ts';
import type { PairsStatus, StepStatus, UsersStatus } from '../../results/rollout-status.ts';
import type { Comparison } from '../../rollout/comparison.ts';
import { alphaOfPairs, type Decision, decide, type PairedVerdict } from '../../rollout/decision.ts';
import { weightInWords } from '../../rollout/lifecycle.ts';
import { TripWatch } from '../../rollout/trip.ts';
import { holdOf } from './configured.ts';
import { type MeasurementOptions, StepMeasurement } from './measurement.ts';

export interface JudgedPairs extends PairedVerdict {
  /** How many were compared. */
  readonly exchanges: number;
}

/** The verdict on the copies of one rehearsal; undefined while it cannot be had. Never rejects. */
export type JudgePairs = (service: string, rehearsal: string, alpha: number) => Promise<JudgedPairs | undefined>;

export interface StepOptions extends MeasurementOptions {
  readonly service: string;
  /** As the configuration in force says it. */
  readonly rollout: () => RolloutConfig;
  /** How many steps come before this one. */
  readonly earlier: number;
  readonly alpha: number;
  /** Begins a rehearsal of the service, to which copies from now on belong. */
  readonly rehearse: (service: string, label: string) => Promise<Rehearsal | undefined>;
  /** To which copies belong now. It is another one where the candidate answers as another version. */
  readonly present: (service: string) => Rehearsal;
  readonly judge: JudgePairs;
  /** Whether nothing was recorded for a while, so that the verdict is as it was. */
  readonly isResting: () => boolean;
  /** On a clock that nobody sets, as all times of a step. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Milliseconds between two judgements. */
const JUDGED_EVERY = 1_000;
/** The shortest pause between two verdicts in milliseconds, and as a multiple of the time that one takes. */
const PAUSE = 2_000;
const PAUSE_TIMES = 20;

/** What the step knows no longer tells how the candidate is now. */
const ELSEWHERE: PairedVerdict = {
  verdict: 'inconclusive',
  reasons: ['they belong to another rehearsal, which was begun on this step'],
  compared: true,
};

/** One step of a rollout: what is measured from its beginning, and what follows from that. */
export class RolloutStep {
  readonly #options: StepOptions;
  readonly #measurement: StepMeasurement;
  readonly #trips = new TripWatch();
  readonly #began: number;
  #rehearsal: Rehearsal | undefined;
  #users: Comparison | undefined;
  #pairs: JudgedPairs | undefined;
  #decision: Decision | undefined;
  #judgedAt = -Infinity;
  #notBefore = 0;
  #asking = false;

  constructor(options: StepOptions) {
    const { service, weight, rehearse, now, log } = options;
    this.#options = options;
    this.#measurement = new StepMeasurement(options);
    this.#began = now();
    this.trip();
    rehearse(service, `rollout ${weightInWords(weight)}`).then(
      (rehearsal) => {
        this.#rehearsal = rehearsal;
      },
      (error: unknown) => log.error({ service, error }, 'no rehearsal of this step of the rollout could be begun'),
    );
  }

  /** Measures these rows, too, from now on. */
  take(rows: readonly RouteRow[]): void {
    this.#measurement.take(rows);
  }

  get elapsed(): number {
    return this.#options.now() - this.#began;
  }

  /** Of the last judgement. */
  get answer(): Decision['answer'] | undefined {
    return this.#decision?.answer;
  }

  get status(): StepStatus {
    const { answer, reasons, remaining } = this.#decision ?? {};
    return {
      elapsed: this.elapsed,
      ...(answer && { answer }),
      reasons: reasons ?? [],
      ...(remaining !== undefined && { remaining }),
      ...(this.#users && { users: usersOf(this.#users) }),
      arms: this.#measurement.arms,
      ...(this.#rehearsal && { rehearsal: this.#rehearsal.id }),
      ...(this.#pairs?.compared && { pairs: pairsOf(this.#pairs) }),
      window: this.#trips.window,
    };
  }

  /** Why it must be rolled back at once, in words; undefined if it need not. */
  trip(): string | undefined {
    const { trip } = this.#options.rollout();
    const candidate = this.#measurement.candidate(trip.p99);
    return this.#trips.look(this.#options.now(), candidate, trip) ?? this.#otherVersion();
  }

  /** What is to be done; undefined if nothing is new since the last call. */
  judge(): Decision | undefined {
    const { now, earlier, alpha, weight } = this.#options;
    const rollout = this.#options.rollout();
    // After the last step there is nothing to wait for.
    const hold = weight === BUCKETS ? 0 : holdOf(rollout);
    if (now() - this.#judgedAt < JUDGED_EVERY) return undefined;
    this.#judgedAt = now();
    this.#users = this.#measurement.compare();
    void this.#askForPairs();
    this.#decision = decide({
      ...{ earlier, alpha, users: this.#users, pairs: this.#copies },
      ...{ elapsed: this.elapsed, hold, margin: rollout.margins.errors },
    });
    return this.#decision;
  }

  /** The store may take long, and nothing waits for it. */
  async #askForPairs(): Promise<void> {
    const { service, judge, isResting, earlier, alpha, now } = this.#options;
    if (this.#rehearsal === undefined || this.#asking || isResting() || now() < this.#notBefore) return;
    this.#asking = true;
    const asked = now();
    this.#pairs = await judge(service, this.#rehearsal.id, alphaOfPairs(alpha, earlier));
    this.#asking = false;
    this.#notBefore = now() + Math.max(PAUSE, PAUSE_TIMES * (now() - asked));
  }

  /** What is known of one version says nothing of the next. */
  #otherVersion(): string | undefined {
    const [own, present] = [this.#rehearsal, this.#options.present(this.#options.service)];
    if (own === undefined || present.id === own.id || present.version === undefined) return undefined;
    if (own.version !== undefined)
      return present.version === own.version
        ? undefined
        : `the candidate answers as version ${present.version}, no longer as ${own.version}`;
    // The first response of the step has named the version.
    if (present.begunAt >= own.begunAt) this.#rehearsal = present;
    return undefined;
  }

  get #copies(): PairedVerdict | undefined {
    const own = this.#rehearsal;
    return own === undefined || this.#options.present(own.service).id === own.id ? this.#pairs : ELSEWHERE;
  }
}

function pairsOf({ verdict, reasons, exchanges }: JudgedPairs): PairsStatus {
  return { verdict, reasons, exchanges };
}

function usersOf({ candidate, production, ...evidence }: Comparison): UsersStatus {
  const { failsMore, failsNoMore, slower, tail, ratio } = evidence;
  const logs = { failsMore, failsNoMore, slower, tail, ratio };
  const tens = Object.fromEntries(Object.entries(logs).map(([name, log]) => [name, log / Math.LN10]));
  return { candidate, production, evidence: tens as UsersStatus['evidence'] };
}
