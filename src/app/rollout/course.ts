/**
 * Where the rollout of one service is: it tells the state machine what happens, and writes what that decides.
 *
 * A step that gives the candidate more is written to the store first, and not taken if that fails. A rollback waits for
 * the store only briefly. After a restart it is where the store says, and nowhere until the store can be read.
 *
 * A step may have to wait, for the webhook and for the store. It was decided about the state of that moment: whatever
 * happens makes another one, also a person who takes the step back, and then the step is not taken.
 */
import type { Logger } from 'pino';
import type { RolloutChange, RolloutState } from '../../model/rollout.ts';
import type { RolloutCommandResult, RolloutStatus } from '../../results/rollout-status.ts';
import type { Answer } from '../../rollout/decision.ts';
import {
  COMMANDS,
  type Command,
  changeInWords,
  isServing,
  type Moment,
  type RolloutEvent,
  refusals,
  type Step,
  type Transition,
  transition,
  weightInWords,
  weightOf,
} from '../../rollout/lifecycle.ts';
import { Asking } from './asking.ts';
import { type Configured, candidateOf, fileWeightOf, inherited, settingsOf } from './configured.ts';
import { type HistoryOptions, type NewChange, RolloutHistory } from './history.ts';
import type { RolloutHooks } from './hooks.ts';
import { given } from './shown.ts';

export interface CourseOptions {
  readonly store: HistoryOptions['store'];
  readonly clock: HistoryOptions['clock'];
  readonly hooks: RolloutHooks;
  /** Of the present step: how long it has lasted, and what was judged last. */
  readonly elapsed: () => number;
  readonly answer: () => Answer | undefined;
  /** Called when a change takes effect. */
  readonly onChange: (change: RolloutChange, before: RolloutState) => void;
  readonly log: Logger;
}

const ASKING = 'a webhook is being asked about the next step';

const RAISING = 'a step is being taken';

const UNREAD =
  'the store cannot be read, and only it knows whether there was a rollback: production serves everybody until it can';

export class RolloutCourse {
  readonly #options: CourseOptions;
  readonly #history: RolloutHistory;
  readonly #asking: Asking;
  #configured: Configured;
  #state: RolloutState | 'unknown' = 'unknown';
  #last: RolloutChange | undefined;
  /** The state about which a step was decided that is being written. */
  #raising: RolloutState | undefined;
  /** Why a step was not taken last, which is logged once. */
  #unraised: string | undefined;
  /** What the file said at the rollback, or another weight since; undefined where it said none. */
  #overruled: number | undefined;

  constructor(options: CourseOptions, configured: Configured) {
    const { store, hooks, clock, log } = options;
    this.#options = options;
    this.#configured = configured;
    this.#history = new RolloutHistory({ service: this.#name, store, clock, log });
    this.#asking = new Asking(hooks, clock);
  }

  get configured(): Configured {
    return this.#configured;
  }

  get state(): RolloutState | 'unknown' {
    return this.#state;
  }

  /** How many users the candidate may serve. */
  get weight(): number | 'stopped' {
    if (this.#state === 'unknown') return 'stopped';
    const weight = weightOf(this.#state);
    return this.#isOfAnother ? inherited(weight, this.#configured) : weight;
  }

  get last(): RolloutChange | undefined {
    return this.#last;
  }

  /** The weight about which a webhook is being asked. */
  get asking(): number | undefined {
    return this.#asking.step?.weight;
  }

  /** How many changes have taken effect and would be lost now. */
  get unwritten(): number {
    return this.#history.unwritten;
  }

  /** Why each command that is not possible now would be refused, in words. */
  get refusals(): RolloutStatus['refusals'] {
    if (this.#state === 'unknown') return Object.fromEntries(COMMANDS.map((command) => [command, UNREAD]));
    const refused = refusals(this.#state, this.#moment, settingsOf(this.#configured));
    if (!this.#waits) return refused;
    const why = this.#asking.step === undefined ? RAISING : ASKING;
    return { start: why, promote: why, ...refused };
  }

  /** Reads where it was. Rejects while the store can't be read. */
  async restore(): Promise<RolloutState> {
    this.#last = await this.#history.restore();
    const state = this.#last?.state ?? ({ phase: 'shadow' } as const);
    this.#state = state;
    if (state.phase === 'rolled_back') this.#overruled = state.weight;
    this.#hear();
    return state;
  }

  /** An agreement, or a write, is about the candidate and the settings of its time. */
  async configure(configured: Configured): Promise<void> {
    const before = this.#configured;
    const candidate = candidateOf(configured);
    const isOther = candidate !== this.#candidate;
    const isChanged = isOther || JSON.stringify(configured.rollout) !== JSON.stringify(before.rollout);
    const why = isOther ? `there is another candidate: ${candidate}` : 'the configuration of the rollout changed';
    const cancelled = isChanged && this.#waits ? this.#cancel('file', why) : undefined;
    this.#configured = configured;
    this.#hear();
    await cancelled;
  }

  /** Does what the configuration says of the candidate and of the weight. */
  async follow(): Promise<void> {
    if (this.#state === 'unknown') return;
    if (fileWeightOf(this.#configured) !== undefined) await this.happen({ type: 'file', overruled: this.#overruled });
    else if (isServing(this.#state) && this.#isOfAnother)
      await this.#reset(`there is another candidate: ${this.#candidate}, not ${this.#last!.candidate}`);
  }

  /** The configuration has no rollout of this service any more. */
  async end(): Promise<void> {
    const why = 'the configuration has no rollout of this service any more';
    if (this.#state !== 'unknown' && isServing(this.#state)) await this.#reset(why);
    else if (this.#waits) await this.#cancel('file', why);
  }

  /** `revision`: the last change that is known to whoever gives the command; refused if there is a later one. */
  async command(command: Command, by: string, reason: string, revision?: number): Promise<RolloutCommandResult> {
    if (this.#state !== 'unknown' && revision !== undefined && revision !== (this.#last?.revision ?? 0))
      return this.#overtaken;
    return this.happen({ type: 'command', command, by, reason });
  }

  /** Must be called regularly. Never rejects. */
  retry(): Promise<void> {
    return this.#history.retry();
  }

  async happen(event: RolloutEvent): Promise<RolloutCommandResult> {
    if (this.#state === 'unknown') return { ok: false, why: UNREAD };
    const next = transition(this.#state, event, this.#moment, settingsOf(this.#configured));
    switch (next.is) {
      case 'unchanged':
        return { ok: true };
      case 'refused':
        return { ok: false, why: next.why };
      case 'asks':
        return this.#ask(next.step, event);
      case 'changed':
        return this.#change(this.#state, next);
    }
  }

  get #name(): string {
    return this.#configured.service.name;
  }

  get #candidate(): string {
    return candidateOf(this.#configured);
  }

  /** Whether another candidate was led to where it is. */
  get #isOfAnother(): boolean {
    return this.#last !== undefined && this.#last.candidate !== this.#candidate;
  }

  get #moment(): Moment {
    return { elapsed: this.#options.elapsed(), waits: this.#waits };
  }

  /** Whether a step that was decided about the present state waits. */
  get #waits(): boolean {
    return this.#asking.step !== undefined || (this.#raising !== undefined && this.#raising === this.#state);
  }

  get #overtaken(): RolloutCommandResult {
    // A change that is known but not the last one may also be of a store that is no longer there.
    const why = this.#last ? `something happened meanwhile: ${changeInWords(this.#last)}` : 'nothing has happened yet';
    return { ok: false, why };
  }

  /** Only a change to 0 % releases a rollback. */
  #hear(): void {
    const weight = fileWeightOf(this.#configured);
    if (weight !== 0) this.#overruled = weight;
  }

  async #ask(step: Step, { type }: RolloutEvent): Promise<RolloutCommandResult> {
    const about = this.#state;
    const isVerdict = type === 'judged';
    if (this.#asking.step !== undefined) return { ok: false, why: ASKING };
    if (isVerdict && this.#asking.wasJustAsked) return { ok: false, why: 'it was asked just now' };
    const refused = await this.#asking.ask(this.#configured.rollout.hooks, step);
    if (this.#state !== about) return this.#overtaken;
    if (refused === undefined)
      return this.happen({ type: 'agreed', step, ...(isVerdict && { answer: this.#options.answer() ?? 'hold' }) });
    this.#options.log.warn({ service: this.#name, weight: weightInWords(step.weight) }, refused);
    return { ok: false, why: refused };
  }

  async #change(
    before: RolloutState,
    { action, by, reason, state }: Extract<Transition, { is: 'changed' }>,
  ): Promise<RolloutCommandResult> {
    const made = { action, by, reason, state, candidate: this.#candidate };
    if (given(state) > given(before)) return this.#raise(before, made);
    await this.#changeSoon(before, made);
    return { ok: true };
  }

  async #reset(reason: string): Promise<void> {
    if (this.#state === 'unknown') return;
    const made: NewChange = {
      action: 'reset',
      by: 'file',
      reason,
      state: { phase: 'shadow' },
      candidate: this.#candidate,
    };
    await this.#changeSoon(this.#state, made);
  }

  /** The step that waits is not taken. */
  async #cancel(by: string, reason: string): Promise<void> {
    if (this.#state === 'unknown') return;
    const candidate = this.#last?.candidate ?? this.#candidate;
    await this.#changeSoon(this.#state, { action: 'cancel', by, reason, state: { ...this.#state }, candidate });
  }

  /** A change that takes effect whether or not it can be written now. */
  async #changeSoon(before: RolloutState, made: NewChange): Promise<void> {
    const change = this.#history.make(made);
    // From now on nothing else is decided about the state before.
    this.#enter(change);
    await this.#history.writeSoon(change);
    this.#options.onChange(change, before);
  }

  /** A change that takes effect only once it is written. */
  async #raise(before: RolloutState, made: NewChange): Promise<RolloutCommandResult> {
    if (this.#raising === before) return { ok: false, why: RAISING };
    this.#raising = before;
    const written = await this.#history.write(made);
    if (this.#raising === before) this.#raising = undefined;
    if (this.#state !== before) return this.#overtaken;
    if (written.is === 'written') {
      this.#unraised = undefined;
      this.#enter(written.change);
      this.#options.onChange(written.change, before);
      return { ok: true };
    }
    const why = `the store does not take the step, so it is not taken: ${written.why}`;
    if (why !== this.#unraised) this.#options.log.error({ service: this.#name }, why);
    this.#unraised = why;
    // The next start must not find a step that was not taken.
    if (written.is === 'doubtful') await this.#cancel('store', why);
    return { ok: false, why };
  }

  /** Whatever was decided about the state before, and still waits, is void. */
  #enter(change: RolloutChange): void {
    this.#state = change.state;
    this.#last = change;
    this.#asking.drop();
    if (change.state.phase === 'rolled_back') this.#overruled = fileWeightOf(this.#configured);
  }
}
