/** What the page says of a rollout. */
import { lasting } from '../../../../lib/figures.ts';
import { formatShare } from '../../../../lib/share.ts';
import type { RolloutStatus } from '../../../../results/rollout-status.ts';
import { phaseInWords, releasedWhen } from '../../../../results/rollout-words.ts';
import type { Answer } from '../../../../rollout/decision.ts';
import type { Command } from '../../../../rollout/lifecycle.ts';
import type { Tone } from '../../components/tone.ts';

type Phase = RolloutStatus['phase'];

export const PHASES: Readonly<Record<Phase, { readonly tone: Tone; readonly says: string }>> = {
  unknown: { tone: 'warn', says: 'unknown' },
  shadow: { tone: 'neutral', says: 'shadow' },
  canary: { tone: 'info', says: 'canary' },
  full: { tone: 'good', says: 'full' },
  rolled_back: { tone: 'bad', says: 'rolled back' },
};

/** Who serves the users, as a sentence beside the phase. */
export function servedInWords(status: RolloutStatus): string {
  if (status.phase === 'rolled_back') return `Production serves everybody until ${releasedWhen(status.releasedBy)}.`;
  const words = phaseInWords(status);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

export const ANSWERS: Readonly<Record<Answer, { readonly tone: Tone; readonly says: string }>> = {
  promote: { tone: 'good', says: 'promote' },
  hold: { tone: 'neutral', says: 'hold' },
  roll_back: { tone: 'bad', says: 'roll back' },
  invalid: { tone: 'warn', says: 'invalid' },
};

export interface CommandWords {
  readonly button: string;
  readonly title: string;
  readonly action: string;
  /** What it does. */
  readonly does: string;
}

/** A command as it is called in the present phase: `start` also ends a hold, and `release` a rollout that is full. */
export function commandInWords(
  command: Command,
  { phase, pace, next, weight, asks, decidedBy, releasedBy }: RolloutStatus,
): CommandWords {
  const asked = asks ? ' The webhook before the step is asked first.' : '';
  switch (command) {
    case 'start':
      if (pace === 'held') return RESUME;
      return {
        button: `Start at ${formatShare(next ?? 0)} …`,
        title: `Start the rollout at ${formatShare(next ?? 0)}?`,
        action: 'Start',
        does: `The candidate serves ${formatShare(next ?? 0)} of the users from the next request on, always the same ones.${asked}`,
      };
    case 'promote': {
      const to = formatShare(next ?? 1);
      return {
        button: next === undefined ? 'Promote …' : `Promote to ${to} …`,
        title: `Promote from ${formatShare(weight)} to ${to}?`,
        action: 'Promote',
        does: `The candidate serves ${to === '100%' ? 'everybody' : `${to} of the users`}.${asked}`,
      };
    }
    case 'hold':
      return pace === 'advancing' ? HOLD : CANCEL;
    case 'rollback':
      return {
        button: 'Roll back …',
        title: 'Roll back?',
        action: 'Roll back',
        does: `Production serves everybody from the next request on, also after a restart, until ${releasedWhen(releasedBy)}. Requests that are under way end where they are.`,
      };
    case 'release':
      if (phase === 'full') return END;
      return decidedBy === 'file' ? RELEASE_BESIDE_FILE : RELEASE;
  }
}

const RESUME: CommandWords = {
  button: 'Go on …',
  title: 'Go on after the hold?',
  action: 'Go on',
  does: 'The step stays. Where the verdict may promote, it may do so again.',
};

const HOLD: CommandWords = {
  button: 'Hold …',
  title: 'Hold it on this step?',
  action: 'Hold',
  does: 'No verdict promotes it until a person does. Hard limits and proven harm still roll it back.',
};

const CANCEL: CommandWords = {
  button: 'Cancel the step …',
  title: 'Cancel the step that waits?',
  action: 'Cancel the step',
  does: 'The step is not taken, whatever the webhook or the store says. All stays as it is.',
};

const RELEASE: CommandWords = {
  button: 'Release …',
  title: 'Release the rollback?',
  action: 'Release',
  does: 'Production goes on serving everybody. A new rollout can be started then.',
};

const RELEASE_BESIDE_FILE: CommandWords = {
  ...RELEASE,
  does: 'Production goes on serving the users. Cohorts and overrides lead to the candidate again.',
};

const END: CommandWords = {
  button: 'End, back to production …',
  title: 'End the rollout, and lead all users back to production?',
  action: 'Lead all back',
  does: 'All users go back to production at once, and the candidate serves nobody. If it is to stay, make it the primary in the configuration instead, and reload.',
};

/** In the order of the buttons. Those that never make sense now are left out. */
export function commandsFor({ phase, pace, refusals }: RolloutStatus): readonly Command[] {
  const usual = pace === 'held' ? HELD : COMMANDS_IN[phase];
  // These two are possible everywhere while a step waits.
  const cancelling = (['hold', 'rollback'] as const).filter(
    (command) => phase !== 'unknown' && !usual.includes(command) && refusals[command] === undefined,
  );
  return [...usual, ...cancelling];
}

const HELD: readonly Command[] = ['promote', 'start', 'rollback'];

const COMMANDS_IN: Readonly<Record<Phase, readonly Command[]>> = {
  unknown: [],
  shadow: ['start'],
  canary: ['promote', 'hold', 'rollback'],
  full: ['release', 'rollback'],
  rolled_back: ['release'],
};

/** What leads to the next step. */
export function advanceInWords({ decidedBy, advance, pace, next, asks }: RolloutStatus): string {
  if (decidedBy === 'file') return 'as the configuration says';
  if (next === undefined) return 'there is no further step';
  const by = advance === 'manual' ? 'by a person' : 'by itself on “promote”';
  return [pace === 'held' ? 'held by a person' : by, ...(asks ? ['a webhook is asked first'] : [])].join('; ');
}

/** The minimum of a step, and what is left of it. */
export function holdInWords({ hold, step }: RolloutStatus): string {
  if (hold === 0) return '';
  const left = hold - (step?.elapsed ?? 0);
  return left > 0 ? `of at least ${lasting(hold)}` : `the minimum of ${lasting(hold)} is over`;
}

export interface StepMark {
  readonly share: number;
  readonly is: 'past' | 'present' | 'next' | 'later' | 'left';
}

/** The weights on the way to everybody. `left`: from there it was rolled back. A weight between the steps has its place. */
export function stepMarks({ steps, weight, phase, next, rolledBackFrom }: RolloutStatus): readonly StepMark[] {
  const serving = phase === 'canary' || phase === 'full';
  const reached = serving ? weight : rolledBackFrom;
  const shares = [...new Set([...steps, ...(reached === undefined ? [] : [reached])])].sort((a, b) => a - b);
  return shares.map((share) => {
    if (share === reached) return { share, is: serving ? 'present' : 'left' };
    if (serving && share < weight) return { share, is: 'past' };
    return { share, is: share === next ? 'next' : 'later' };
  });
}
