/**
 * The rollout of one service: it tells the state machine what happens, and does what that decides.
 *
 * A step that gives the candidate more is written to the store first, and not taken if that fails. A rollback waits for
 * the store only briefly. After a restart the candidate has what the store says, and nothing until the store can be read.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import { BUCKETS, type RolloutChange, type RolloutState } from '../../model/rollout.ts';
import type { RouteRow } from '../../model/route.ts';
import type { RolloutCommandResult, RolloutStatus } from '../../results/rollout-status.ts';
import {
  COMMANDS,
  type Command,
  changeInWords,
  inWords,
  isServing,
  type RolloutEvent,
  refusals,
  type Step,
  type Transition,
  transition,
  weightInWords,
  weightOf,
} from '../../rollout/lifecycle.ts';
import { ignoredWeight } from './advice.ts';
import { type Configured, candidateOf, settingsOf, stepsOf } from './configured.ts';
import { HealthCheck } from './health-check.ts';
import { type HistoryOptions, RolloutHistory } from './history.ts';
import { RolloutHooks } from './hooks.ts';
import type { Ledgers } from './measurement.ts';
import { given, shownStatus } from './shown.ts';
import { type JudgePairs, RolloutStep, type StepOptions } from './step.ts';

export interface RolloutSurroundings {
  readonly store: HistoryOptions['store'];
  readonly ledgers: Ledgers;
  /** Sets how many users the candidate serves, on all edge threads at once. */
  readonly serve: (rows: readonly RouteRow[], weight: number | 'stopped') => void;
  readonly rehearse: StepOptions['rehearse'];
  readonly present: StepOptions['present'];
  readonly judge: JudgePairs;
  readonly onChange: (change: RolloutChange) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds until a webhook that refused is asked again. */
const ASKED_EVERY = 30_000;

const ASKING = 'a webhook is being asked about the next step';

const UNREAD =
  'the store cannot be read, and only it knows whether there was a rollback: production serves everybody until it can';

export class ServiceRollout {
  readonly #with: RolloutSurroundings;
  readonly #slot: number;
  readonly #history: RolloutHistory;
  readonly #hooks: RolloutHooks;
  #configured: Configured;
  #state: RolloutState | 'unknown' = 'unknown';
  #last: RolloutChange | undefined;
  #step: RolloutStep | undefined;
  #health: HealthCheck | undefined;
  #asking: Step | undefined;
  #askedAt = -Infinity;
  #restoring: Promise<void> | undefined;
  #raising = false;
  /** Why a step was not taken last, which is logged once. */
  #unraised: string | undefined;

  constructor(surroundings: RolloutSurroundings, slot: number, configured: Configured) {
    const { store, clock, log } = surroundings;
    const { name } = configured.service;
    this.#with = surroundings;
    this.#slot = slot;
    this.#configured = configured;
    this.#history = new RolloutHistory({ service: name, store, clock, log });
    this.#hooks = new RolloutHooks(name, log);
  }

  /** Reads where it was. Never rejects: until the store can be read, production serves everybody. */
  restore(): Promise<void> {
    this.#restoring ??= this.#restore().finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  async #restore(): Promise<void> {
    let last: RolloutChange | undefined;
    try {
      last = await this.#history.restore();
    } catch {
      return;
    }
    this.#last = last;
    this.#state = last?.state ?? { phase: 'shadow' };
    if (this.#state.phase !== 'shadow')
      this.#with.log.info({ service: this.#name }, `the rollout goes on where it was: ${inWords(this.#state)}`);
    await this.#follow();
    this.#warnOfIgnored();
    if (this.#step === undefined) this.#beginStep();
  }

  /** Takes the weight to the rows of a new configuration before the threads have it. */
  async configure(configured: Configured): Promise<void> {
    const restarts = JSON.stringify(configured.rollout.margins) !== JSON.stringify(this.#configured.rollout.margins);
    const gone = this.#configured.rows.filter((row) => !configured.rows.includes(row));
    this.#with.serve(gone, 'stopped');
    this.#configured = configured;
    if (this.#state === 'unknown') return;
    const before = this.#state;
    await this.#follow();
    this.#warnOfIgnored();
    if (this.#state === before && (gone.length > 0 || restarts)) this.#beginStep();
    else this.#serve();
    this.#checkHealth();
  }

  /** The configuration has no rollout of this service any more. */
  async remove(): Promise<void> {
    if (this.#state !== 'unknown' && isServing(this.#state))
      await this.#reset('the configuration has no rollout of this service any more');
    else if (this.#state !== 'unknown' && this.#state.phase === 'rolled_back') this.#endRehearsal();
    this.#with.serve(this.#configured.rows, 'stopped');
    this.close();
  }

  close(): void {
    this.#health?.stop();
    this.#step = undefined;
  }

  /** `revision`: the last change that is known to whoever gives the command; refused if there is a later one. */
  async command(command: Command, by: string, reason: string, revision?: number): Promise<RolloutCommandResult> {
    if (this.#state === 'unknown') return { ok: false, why: UNREAD };
    if (revision !== undefined && revision !== (this.#last?.revision ?? 0))
      return { ok: false, why: `something happened meanwhile: ${changeInWords(this.#last!)}` };
    return this.#happen({ type: 'command', command, by, reason });
  }

  /** Must be called several times a second. Nothing here waits for the store, or for a webhook. */
  look(): void {
    if (this.#state === 'unknown') {
      void this.restore();
      return;
    }
    const step = isServing(this.#state) ? this.#step : undefined;
    const reason = step?.trip();
    if (reason !== undefined) void this.#happen({ type: 'harm', by: 'trip', reason });
    void this.#history.retry();
    void this.#follow();
    const decision = step?.judge();
    if (decision !== undefined)
      void this.#happen({ type: 'judged', answer: decision.answer, reason: decision.reasons.join('; ') });
  }

  get status(): RolloutStatus {
    const health = this.#health?.status;
    return shownStatus({
      configured: this.#configured,
      state: this.#state,
      refusals: this.#refusals,
      last: this.#last,
      step: this.#step && { ...this.#step.status, ...(health && { health }) },
      asking: this.#asking?.weight,
      unwritten: this.#history.unwritten,
    });
  }

  get #name(): string {
    return this.#configured.service.name;
  }

  get #candidate(): string {
    return candidateOf(this.#configured);
  }

  get #refusals(): RolloutStatus['refusals'] {
    if (this.#state === 'unknown') return Object.fromEntries(COMMANDS.map((command) => [command, UNREAD]));
    const settings = settingsOf(this.#configured);
    const refused = refusals(this.#state, this.#step?.elapsed ?? 0, settings);
    return this.#asking === undefined ? refused : { start: ASKING, promote: ASKING, ...refused };
  }

  /** Does what the configuration says of the candidate and of the weight. */
  async #follow(): Promise<void> {
    const state = this.#state;
    if (state === 'unknown') return;
    const { weight } = this.#configured.rollout;
    if (weight !== undefined) {
      await this.#happen({ type: 'file', weight: Math.round(weight * BUCKETS) });
    } else if (isServing(state) && this.#last !== undefined && this.#last.candidate !== this.#candidate) {
      await this.#reset(`there is another candidate: ${this.#candidate}, not ${this.#last.candidate}`);
    }
  }

  /** A rollback holds against the file: whoever changes the weight must learn that nothing comes of it. */
  #warnOfIgnored(): void {
    const why = ignoredWeight(this.#state, this.#configured);
    if (why !== undefined) this.#with.log.warn({ service: this.#name }, why);
  }

  /** Copies from now on are of a shadow again, and belong to no step. */
  #endRehearsal(): void {
    const { rehearse, log } = this.#with;
    rehearse(this.#name, 'after the rollout').catch((error: unknown) =>
      log.error({ service: this.#name, error }, 'no rehearsal could be begun after the rollout'),
    );
  }

  async #reset(reason: string): Promise<void> {
    await this.#change({ is: 'changed', state: { phase: 'shadow' }, action: 'reset', by: 'file', reason });
  }

  async #happen(event: RolloutEvent): Promise<RolloutCommandResult> {
    if (this.#state === 'unknown') return { ok: false, why: UNREAD };
    const next = transition(this.#state, event, this.#step?.elapsed ?? 0, settingsOf(this.#configured));
    switch (next.is) {
      case 'unchanged':
        return { ok: true };
      case 'refused':
        return { ok: false, why: next.why };
      case 'asks':
        return this.#ask(next.step);
      case 'changed':
        return this.#change(next);
    }
  }

  async #ask(step: Step): Promise<RolloutCommandResult> {
    const now = this.#with.clock.monotonic();
    if (this.#asking !== undefined) return { ok: false, why: ASKING };
    if (step.by === 'verdict' && now - this.#askedAt < ASKED_EVERY) return { ok: false, why: 'it was asked just now' };
    this.#askedAt = now;
    this.#asking = step;
    const refused = await this.#hooks.before(this.#configured.rollout.hooks, step);
    this.#asking = undefined;
    if (refused === undefined) return this.#happen({ type: 'agreed', step });
    this.#with.log.warn({ service: this.#name, weight: weightInWords(step.weight) }, refused);
    return { ok: false, why: refused };
  }

  async #change({ action, by, reason, state }: Extract<Transition, { is: 'changed' }>): Promise<RolloutCommandResult> {
    const before = this.#state;
    const isRaise = given(state) > given(before);
    if (isRaise && this.#raising) return { ok: false, why: 'a step is being taken' };
    const change = this.#history.make({ action, by, reason, state, candidate: this.#candidate });
    if (isRaise) {
      const failed = await this.#raise(change);
      if (failed !== undefined) return { ok: false, why: failed };
      if (this.#state !== before) return { ok: false, why: 'something else happened meanwhile' };
      this.#state = state;
    } else {
      // From now on nothing else is decided about the state before.
      this.#state = state;
      await this.#history.writeSoon(change);
    }
    this.#last = change;
    this.#serve();
    if (state.phase === 'shadow') this.#endRehearsal();
    if (weightOf(state) !== (before === 'unknown' ? 'stopped' : weightOf(before))) this.#beginStep();
    this.#told(change);
    return { ok: true };
  }

  /** Why the step is not taken; undefined if it may be. */
  async #raise(change: RolloutChange): Promise<string | undefined> {
    this.#raising = true;
    try {
      await this.#history.write(change);
      return undefined;
    } catch (error) {
      const why = `the store does not take the step, so it is not taken: ${(error as Error).message}`;
      if (why !== this.#unraised) this.#with.log.error({ service: this.#name }, why);
      this.#unraised = why;
      return why;
    } finally {
      this.#raising = false;
    }
  }

  #told(change: RolloutChange): void {
    const { action, by, reason, state } = change;
    const level = state.phase === 'rolled_back' ? 'error' : 'info';
    this.#with.log[level]({ service: this.#name, action, by, reason }, `rollout: ${inWords(state)}`);
    this.#hooks.told(this.#configured.rollout.hooks, change);
    this.#with.onChange(change);
  }

  #serve(): void {
    if (this.#state === 'unknown') return;
    const { rows } = this.#configured;
    for (const buckets of this.#with.ledgers.buckets) for (const row of rows) buckets.setSlot(row, this.#slot);
    this.#with.serve(rows, weightOf(this.#state));
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
        present,
        judge,
        isResting: () => store.isResting,
        log,
      },
      ...{ alpha: verdict.alpha, floor: verdict.floor, margins: rollout.margins, now: () => clock.monotonic() },
      earlier: stepsOf(this.#configured).filter((step) => step < weight).length,
    });
  }

  #checkHealth(): void {
    const { rollout, service } = this.#configured;
    const { health } = rollout.trip;
    this.#health?.stop();
    this.#health =
      health === undefined || this.#state === 'unknown' || !isServing(this.#state)
        ? undefined
        : new HealthCheck(service.shadow!, health, (reason) => void this.#happen({ type: 'harm', by: 'trip', reason }));
  }
}
