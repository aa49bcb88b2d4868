/** Results over time as lines of charts. */
import { groupOutcomes, type OutcomeGroup } from '../../../results/outcome-groups.ts';
import type { TimelineStep } from '../../../results/timeline.ts';
import type { TimelineAnswer } from '../data/answers.ts';
import type { Line } from './line.ts';

/** From the top of the stack to its bottom: what is bad stands on the axis, where its size can be read. */
const STACK: readonly OutcomeGroup[] = ['skipped', 'match', 'noise', 'accepted', 'failed', 'mismatch'];
/** Of a step that has just begun, too little is known for a rate. Where no more will be known, it is one of so long. */
const LEAST_KNOWN = 5_000;

/** Requests a second, by what became of their copies. `until`: when the results were read. */
export function outcomeLines({ steps, step, begunAt = 0 }: TimelineAnswer, until: number): readonly Line[] {
  const sums = steps.map(({ outcomes }) => groupOutcomes(outcomes));
  const shown = STACK.filter((group) => sums.some((sum) => sum[group] > 0));
  return shown.map((group) => ({
    name: group,
    colour: `--${group}`,
    points: steps.map(({ at }, index) => {
      const known = Math.min(at + step, until) - Math.max(at, begunAt);
      const isOver = at + step <= until;
      return known < LEAST_KNOWN && !isOver ? null : (sums[index]![group] * 1000) / Math.max(known, LEAST_KNOWN);
    }),
  }));
}

/** The median of each leg, and dashed the 99th percentile. */
export function legLines({ steps }: TimelineAnswer): readonly Line[] {
  const legs = (['primary', 'shadow', 'control'] as const).filter((leg) =>
    steps.some((step) => legOf(step, leg) !== undefined),
  );
  return legs.flatMap((leg) => [
    { name: `${leg} p50`, colour: `--${leg}`, points: steps.map((step) => legOf(step, leg)?.p50 ?? null) },
    {
      name: `${leg} p99`,
      colour: `--${leg}`,
      points: steps.map((step) => legOf(step, leg)?.p99 ?? null),
      dashed: true,
    },
  ]);
}

export function deltaLines({ steps }: TimelineAnswer): readonly Line[] {
  return [
    { name: 'median', colour: '--shadow', points: steps.map(({ delta }) => delta?.p50 ?? null) },
    { name: 'p99', colour: '--shadow', points: steps.map(({ delta }) => delta?.p99 ?? null), dashed: true },
  ];
}

export function shedLines({ steps }: TimelineAnswer): readonly Line[] {
  return [{ name: 'lost', colour: '--failed', points: steps.map(({ shed }) => shed ?? null) }];
}

/** For readers of the screen: the last known figure of each line. */
export function spokenLines(lines: readonly Line[], format: (value: number) => string): string {
  return lines
    .map(({ name, points }) => {
      const last = points.findLast((point) => point !== null);
      return `${name} ${last === undefined || last === null ? 'unknown' : format(last)}`;
    })
    .join(', ');
}

function legOf({ legs }: TimelineStep, leg: string): TimelineStep['legs'][number] | undefined {
  return legs.find((each) => each.leg === leg && each.count > 0);
}
