/** The rollout of one service: what follows from where it is, for its users, its step, its health checks and others. */
import type { Logger } from 'pino';
import type { ServingWeights } from '../../edge/serving-weights.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Rehearsal } from '../../model/rehearsal.ts';
import type { RolloutChange, RolloutState, Seat } from '../../model/rollout.ts';
import type { RolloutCommandResult, RolloutStatus } from '../../results/rollout-status.ts';
import { type Command, inWords, isServing, weightOf } from '../../rollout/lifecycle.ts';
import { ignoredWeight } from './advice.ts';
import { type Configured, measuresAnother, stepsOf } from './configured.ts';
import { RolloutCourse } from './course.ts';
import { HealthCheck } from './health-check.ts';
import type { HistoryOptions } from './history.ts';
import { RolloutHooks } from './hooks.ts';
import type { Ledgers } from './measurement.ts';
import { Serving } from './serving.ts';
import { given, shownStatus } from './shown.ts';
import { type JudgePairs, RolloutStep, type StepOptions } from './step.ts';

export interface RolloutSurroundings {
  readonly store: HistoryOptions['store'];
  readonly ledgers: Ledgers;
  /** Shared with the edge threads. */
  readonly weights: ServingWeights;
  readonly rehearse: StepOptions['rehearse'];
  readonly present: StepOptions['present'];
  readonly judge: JudgePairs;
  readonly onChange: (change: RolloutChange) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export class ServiceRollout {
  readonly #with: RolloutSurroundings;
  readonly #slot: number;
  readonly #hooks: RolloutHooks;
  readonly #course: RolloutCourse;
  readonly #serving: Serving;
  #step: RolloutStep | undefined;
  #health: HealthCheck | undefined;
  #restoring: Promise<void> | undefined;
  #closed = false;
  /**
   * The rehearsal that was present when threads began to get another configuration. Until that is in force the
   * candidate is the one before, whatever becomes present meanwhile.
   */
  #passing: Rehearsal | undefined;

  constructor(surroundings: RolloutSurroundings, slot: number, configured: Configured) {
    const { store, weights, ledgers, clock, log } = surroundings;
    this.#with = surroundings;
    this.#slot = slot;
    this.#hooks = new RolloutHooks(configured.service.name, log);
    this.#serving = new Serving({ weights, buckets: ledgers.buckets, slot }, configured);
    this.#course = new RolloutCourse(
      {
        ...{ store, clock, log, hooks: this.#hooks },
        elapsed: () => this.#step?.elapsed ?? 0,
        answer: () => this.#step?.answer,
        onChange: (change, before) => this.#act(change, before),
      },
      configured,
    );
    // The slot may have been another service's.
    for (const buckets of ledgers.buckets) buckets.setPatience(slot, undefined);
  }

  /** Reads where it was. Never rejects: until the store can be read, production serves everybody. */
  restore(): Promise<void> {
    this.#restoring ??= this.#restore().finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  async #restore(): Promise<void> {
    let state: RolloutState;
    try {
      state = await this.#course.restore();
    } catch {
      return;
    }
    // The configuration may have dropped it while the store was being read.
    if (this.#closed) return;
    if (state.phase !== 'shadow')
      this.#with.log.info({ service: this.#name }, `the rollout goes on where it was: ${inWords(state)}`);
    await this.#course.follow();
    this.#warnOfIgnored();
    if (this.#step === undefined) this.#beginStep();
  }

  /** Must be called before the threads get a configuration. Returns the seat of its candidate. */
  prepare(next: Configured): Seat {
    this.#passing = this.#with.present(this.#name);
    this.#step?.take(next.rows);
    return this.#serving.prepare(next);
  }

  /** Must be called before the threads get a configuration without a rollout of this service. */
  prepareRemoval(): void {
    this.#passing = this.#with.present(this.#name);
  }

  /** Must be called when all threads have the configuration that was prepared. */
  async enter(configured: Configured): Promise<void> {
    const isAnother = measuresAnother(this.#configured, configured);
    this.#serving.enter();
    await this.#course.configure(configured);
    if (this.#state === 'unknown') return;
    const before = this.#state;
    await this.#course.follow();
    this.#passing = undefined;
    this.#warnOfIgnored();
    if (this.#state === before && isAnother) this.#beginStep();
    else this.#serve();
    // Of a step that began while the threads got it.
    this.#step?.take(configured.rows);
    this.#checkHealth();
  }

  /** Must be called when all threads have the configuration without it. */
  async remove(): Promise<void> {
    if (this.#state !== 'unknown' && this.#state.phase === 'rolled_back') this.#endRehearsal();
    await this.#course.end();
    this.#serving.set('stopped');
    this.close();
  }

  close(): void {
    this.#closed = true;
    this.#health?.stop();
    this.#step = undefined;
  }

  /** `revision`: the last change that is known to whoever gives the command; refused if there is a later one. */
  command(command: Command, by: string, reason: string, revision?: number): Promise<RolloutCommandResult> {
    return this.#course.command(command, by, reason, revision);
  }

  /** Must be called several times a second. Nothing here waits for the store, or for a webhook. */
  look(): void {
    if (this.#state === 'unknown') {
      void this.restore();
      return;
    }
    const step = isServing(this.#state) ? this.#step : undefined;
    const reason = step?.trip();
    if (reason !== undefined) void this.#course.happen({ type: 'harm', by: 'trip', reason });
    void this.#course.retry();
    void this.#course.follow();
    const decision = step?.judge();
    if (decision !== undefined)
      void this.#course.happen({ type: 'judged', answer: decision.answer, reason: decision.reasons.join('; ') });
  }

  get status(): RolloutStatus {
    const health = this.#health?.status;
    const { configured, state, refusals, last, asking, unwritten } = this.#course;
    const step = this.#step && { ...this.#step.status, ...(health && { health }) };
    return shownStatus({ configured, state, refusals, last, step, asking, unwritten });
  }

  get #state(): RolloutState | 'unknown' {
    return this.#course.state;
  }

  get #configured(): Configured {
    return this.#course.configured;
  }

  get #name(): string {
    return this.#configured.service.name;
  }

  /** A rollback holds against the file: whoever changes the weight must learn that nothing comes of it. */
  #warnOfIgnored(): void {
    const why = ignoredWeight(this.#state, this.#configured);
    if (why !== undefined) this.#with.log.warn({ service: this.#name }, why);
  }

  /** Copies from now on are of a shadow again, and belong to no step. */
  #endRehearsal(): void {
    const { rehearse, present, log } = this.#with;
    // The configuration has begun that of the next shadow.
    if (this.#passing !== undefined && this.#passing.id !== present(this.#name).id) return;
    rehearse(this.#name, 'after the rollout').catch((error: unknown) =>
      log.error({ service: this.#name, error }, 'no rehearsal could be begun after the rollout'),
    );
  }

  #act(change: RolloutChange, before: RolloutState): void {
    const { state } = change;
    this.#serve();
    if (state.phase === 'shadow' && before.phase !== 'shadow') this.#endRehearsal();
    if (weightOf(state) !== weightOf(before)) this.#beginStep();
    this.#told(change);
  }

  #told(change: RolloutChange): void {
    const { action, by, reason, state } = change;
    const level = state.phase === 'rolled_back' ? 'error' : 'info';
    this.#with.log[level]({ service: this.#name, action, by, reason }, `rollout: ${inWords(state)}`);
    this.#hooks.told(this.#configured.rollout.hooks, change);
    this.#with.onChange(change);
  }

  #serve(): void {
    if (this.#state !== 'unknown') this.#serving.set(this.#course.weight);
  }

  #beginStep(): void {
    this.#serve();
    this.#checkHealth();
    this.#step = undefined;
    if (this.#state === 'unknown' || !isServing(this.#state)) return;
    const { rollout, rows, verdict } = this.#configured;
    const { store, ledgers, rehearse, present, judge, clock, log } = this.#with;
    const weight = given(this.#state);
    this.#step = new RolloutStep({
      ...{
        service: this.#name,
        rollout: () => this.#configured.rollout,
        rows,
        weight,
        slot: this.#slot,
        ledgers,
        rehearse,
        present: (service) => this.#passing ?? present(service),
        judge,
        isResting: () => store.isResting,
        log,
      },
      ...{ alpha: verdict.alpha, floor: verdict.floor, margins: rollout.margins, now: () => clock.monotonic() },
      earlier: stepsOf(this.#configured).filter((step) => step < weight).length,
    });
  }

  /** A check that asks the same as before goes on: its failures in a row count on, whatever else has changed. */
  #checkHealth(): void {
    const { rollout, service } = this.#configured;
    const { health } = rollout.trip;
    const isChecked = this.#state !== 'unknown' && isServing(this.#state);
    if (isChecked && health !== undefined && this.#health?.asks(service.shadow!, health)) return;
    this.#health?.stop();
    this.#health =
      isChecked && health !== undefined
        ? new HealthCheck(
            service.shadow!,
            health,
            (reason) => void this.#course.happen({ type: 'harm', by: 'trip', reason }),
          )
        : undefined;
  }
}
