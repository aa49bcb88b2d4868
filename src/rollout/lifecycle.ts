/**
 * The life of a rollout: what each event makes of its state. Pure: the caller records the change, sets the weight, and
 * asks the webhook before a step.
 */
import { lasting } from '../lib/figures.ts';
import { formatShare } from '../lib/share.ts';
import { BUCKETS, type RolloutAction, type RolloutChange, type RolloutState } from '../model/rollout.ts';
import type { Answer } from './decision.ts';

export interface LifecycleSettings {
  /** Weights, ascending up to all buckets; or the configuration sets the weight instead. */
  readonly steps: readonly number[] | FileWeight;
  readonly advance: 'manual' | 'verdict';
  /** Milliseconds. */
  readonly hold: number;
  /** Whether a webhook is asked before each step. */
  readonly asks: boolean;
}

/** The weight that the configuration says. */
export interface FileWeight {
  readonly file: number;
}

/** What else is known of the moment. */
export interface Moment {
  /** How long the present step has lasted, in milliseconds on a clock that nobody sets. */
  readonly elapsed: number;
  /** Whether a step that was decided about the present state waits for the webhook, or for the store. */
  readonly waits: boolean;
}

export const COMMANDS = ['start', 'promote', 'hold', 'rollback', 'release'] as const;

export type Command = (typeof COMMANDS)[number];

export type RolloutEvent =
  | { readonly type: 'command'; readonly command: Command; readonly by: string; readonly reason: string }
  /** A hard limit, or proven harm. */
  | { readonly type: 'harm'; readonly by: 'trip' | 'verdict'; readonly reason: string }
  | { readonly type: 'judged'; readonly answer: Answer; readonly reason: string }
  /** The webhook agreed with the step. `answer`: what the verdict says by now, where it wanted the step. */
  | { readonly type: 'agreed'; readonly step: Step; readonly answer?: Answer | undefined }
  /** `overruled`: the weight that the file said at the rollback, or another one since; undefined if it said none. */
  | { readonly type: 'file'; readonly overruled: number | undefined };

/** A step that is to be taken. */
export interface Step {
  readonly action: 'start' | 'promote';
  readonly by: string;
  readonly reason: string;
  readonly weight: number;
}

export type Transition =
  | { readonly is: 'unchanged' }
  /** `why`: in words, for whoever gave the command. */
  | { readonly is: 'refused'; readonly why: string }
  /** The webhook is to be asked. Until it agrees, nothing changes. */
  | { readonly is: 'asks'; readonly step: Step }
  | {
      readonly is: 'changed';
      readonly state: RolloutState;
      readonly action: RolloutAction;
      readonly by: string;
      readonly reason: string;
    };

const UNCHANGED: Transition = { is: 'unchanged' };

export function transition(
  state: RolloutState,
  event: RolloutEvent,
  moment: Moment,
  settings: LifecycleSettings,
): Transition {
  switch (event.type) {
    case 'command':
      return onCommand(state, event, moment, settings);
    case 'harm':
      return isServing(state) ? rolledBack(state, event.by, event.reason) : UNCHANGED;
    case 'judged':
      return onJudged(state, event, moment, settings);
    case 'agreed':
      return onAgreed(state, event, moment, settings);
    case 'file':
      return 'file' in settings.steps ? onFile(state, settings.steps.file, event.overruled) : UNCHANGED;
  }
}

/** Why each command that is not possible now would be refused, in words. */
export function refusals(
  state: RolloutState,
  moment: Moment,
  settings: LifecycleSettings,
): Readonly<Partial<Record<Command, string>>> {
  const refused = COMMANDS.flatMap((command) => {
    const next = transition(state, { type: 'command', command, by: '', reason: '' }, moment, settings);
    return next.is === 'refused' ? [[command, next.why] as const] : [];
  });
  return Object.fromEntries(refused);
}

type CommandEvent = Extract<RolloutEvent, { type: 'command' }>;

type Serving = Extract<RolloutState, { phase: 'canary' | 'full' }>;

export function isServing(state: RolloutState): state is Serving {
  return state.phase === 'canary' || state.phase === 'full';
}

/** `stopped`: production serves everybody, whatever cohorts and overrides say. */
export function weightOf(state: RolloutState): number | 'stopped' {
  if (state.phase === 'canary') return state.weight;
  return state.phase === 'full' ? BUCKETS : 'stopped';
}

/** The step after this state; undefined if there is none. */
export function nextStep(state: RolloutState, steps: readonly number[]): number | undefined {
  if (state.phase === 'shadow') return steps[0];
  return state.phase === 'canary' ? steps.find((step) => step > state.weight) : undefined;
}

function onCommand(state: RolloutState, event: CommandEvent, moment: Moment, settings: LifecycleSettings): Transition {
  const { command, by, reason } = event;
  const { steps } = settings;
  // Whoever says it while a step waits wants that the candidate serves nobody, now and later.
  if (command === 'rollback')
    return isServing(state) || moment.waits
      ? rolledBack(state, by, reason)
      : refused(`nothing to roll back: ${inWords(state)}`);
  if ('file' in steps) return onCommandBesideFile(state, event, steps);
  switch (command) {
    case 'start':
      return onStart(state, by, reason, { ...settings, steps });
    case 'promote':
      return onPromote(state, by, reason, moment.elapsed, { ...settings, steps });
    case 'hold':
      return onHold(state, by, reason, moment.waits);
    case 'release':
      if (state.phase !== 'rolled_back' && state.phase !== 'full')
        return refused(`nothing to release: ${inWords(state)}`);
      return { is: 'changed', state: { phase: 'shadow' }, action: 'release', by, reason };
  }
}

/** Where the file says 0 % all along, it cannot say anew that the rollback is over. */
function onCommandBesideFile(
  state: RolloutState,
  { command, by, reason }: CommandEvent,
  { file }: FileWeight,
): Transition {
  const isRolledBack = state.phase === 'rolled_back';
  if (isRolledBack && file === 0 && command === 'release')
    return { is: 'changed', state: servingAt(0), action: 'release', by, reason };
  const releases = file === 0 ? 'release it first' : 'weight: 0% in the file releases it';
  const how = isRolledBack ? releases : 'change weight in the file';
  return refused(`the configuration alone decides here (rollout.weight is a percentage): ${how}`);
}

interface Stepping extends LifecycleSettings {
  readonly steps: readonly number[];
}

function onStart(state: RolloutState, by: string, reason: string, settings: Stepping): Transition {
  if (state.phase === 'shadow') return take({ action: 'start', by, reason, weight: settings.steps[0]! }, settings);
  if (state.phase === 'canary' && state.pace === 'held')
    return { is: 'changed', state: { ...state, pace: 'advancing' }, action: 'start', by, reason };
  const how = state.phase === 'rolled_back' ? '; release it first' : '';
  return refused(`nothing to start: ${inWords(state)}${how}`);
}

/** Where there is nothing else to hold, the step that waits is not taken. */
function onHold(state: RolloutState, by: string, reason: string, waits: boolean): Transition {
  const isCanary = state.phase === 'canary';
  if (isCanary && state.pace === 'advancing')
    return { is: 'changed', state: { ...state, pace: 'held' }, action: 'hold', by, reason };
  if (waits) return { is: 'changed', state: { ...state }, action: 'cancel', by, reason };
  return refused(isCanary ? 'it is held already' : `nothing to hold: ${inWords(state)}`);
}

function onPromote(state: RolloutState, by: string, reason: string, elapsed: number, settings: Stepping): Transition {
  const weight = state.phase === 'canary' ? nextStep(state, settings.steps) : undefined;
  if (weight === undefined) {
    const how = { shadow: '; start it first', rolled_back: '; release it first', canary: '', full: '' }[state.phase];
    return refused(`nothing to promote: ${inWords(state)}${how}`);
  }
  const left = settings.hold - elapsed;
  if (left > 0)
    return refused(
      `each step lasts at least ${lasting(settings.hold)} (rollout.hold), and ${lasting(left)} are left of this one`,
    );
  return take({ action: 'promote', by, reason, weight }, settings);
}

function onJudged(
  state: RolloutState,
  { answer, reason }: Extract<RolloutEvent, { type: 'judged' }>,
  { elapsed }: Moment,
  settings: LifecycleSettings,
): Transition {
  if (!isServing(state)) return UNCHANGED;
  if (answer === 'roll_back') return rolledBack(state, 'verdict', reason);
  const { steps, advance, hold } = settings;
  if (answer !== 'promote' || 'file' in steps || advance === 'manual' || elapsed < hold) return UNCHANGED;
  if (state.phase === 'full' || state.pace === 'held') return UNCHANGED;
  const weight = nextStep(state, steps);
  if (weight === undefined) return UNCHANGED;
  return take({ action: 'promote', by: 'verdict', reason, weight }, { ...settings, steps });
}

function take(step: Step, settings: Stepping): Transition {
  if (settings.asks) return { is: 'asks', step };
  const { action, by, reason, weight } = step;
  return { is: 'changed', state: servingAt(weight), action, by, reason };
}

/** The webhook may take long: the step is only taken if whoever wanted it could have it now. */
function onAgreed(
  state: RolloutState,
  { step, answer }: Extract<RolloutEvent, { type: 'agreed' }>,
  moment: Moment,
  settings: LifecycleSettings,
): Transition {
  const { action, by, reason, weight } = step;
  const wanted: RolloutEvent =
    answer === undefined ? { type: 'command', command: action, by, reason } : { type: 'judged', answer, reason };
  const next = transition(state, wanted, moment, { ...settings, asks: false });
  if (next.is === 'refused' || (next.is === 'changed' && weightOf(next.state) === weight)) return next;
  return refused(`the step is no longer to be taken: ${inWords(state)}`);
}

/** What the file said before a rollback does not release it: 0 % must be an answer to it. */
function onFile(state: RolloutState, weight: number, overruled: number | undefined): Transition {
  const holds = state.phase === 'rolled_back' ? weight > 0 || overruled === 0 : weightOf(state) === weight;
  if (holds) return UNCHANGED;
  const reason = `rollout.weight is ${weightInWords(weight)}`;
  return { is: 'changed', state: servingAt(weight), action: 'file', by: 'file', reason };
}

function servingAt(weight: number): RolloutState {
  return weight === BUCKETS ? { phase: 'full' } : { phase: 'canary', weight, pace: 'advancing' };
}

function rolledBack(state: RolloutState, by: string, reason: string): Transition {
  const weight = isServing(state) ? Number(weightOf(state)) : 0;
  return { is: 'changed', state: { phase: 'rolled_back', weight, reason }, action: 'rollback', by, reason };
}

function refused(why: string): Transition {
  return { is: 'refused', why };
}

export function inWords(state: RolloutState): string {
  switch (state.phase) {
    case 'shadow':
      return 'production serves everybody';
    case 'canary':
      return `the candidate serves ${weightInWords(state.weight)} of the users`;
    case 'full':
      return 'the candidate serves everybody';
    case 'rolled_back':
      return `it was rolled back from ${weightInWords(state.weight)} (${state.reason})`;
  }
}

/** `promote by ann`. What the configuration did has no other name. */
export function changeInWords({ action, by }: Pick<RolloutChange, 'action' | 'by'>): string {
  switch (action) {
    case 'file':
      return 'weight set by the configuration';
    case 'reset':
      return 'reset by the configuration';
    default:
      return `${action} by ${by}`;
  }
}

/** A weight, or a phase in place of one, as `5%`. */
export function weightInWords(weight: number | RolloutState['phase']): string {
  if (typeof weight === 'number') return formatShare(weight / BUCKETS);
  return weight === 'full' ? '100%' : '0%';
}
