import type { SkipReason } from '../../../../model/outcome.ts';
import type { Line } from '../../components/line.ts';
import type { TimelineAnswer } from '../../data/answers.ts';

/** As many as can be told apart. */
const COLOURS = ['--skipped-1', '--skipped-2', '--skipped-3', '--skipped-4', '--skipped-5'];

/** The most frequent reasons, and the rest together. */
export function skipLines({ steps }: TimelineAnswer): readonly Line[] {
  const skips = steps.map(({ outcomes }) => skipsIn(outcomes));
  const sums = new Map<SkipReason, number>();
  for (const step of skips) for (const [reason, count] of step) sums.set(reason, (sums.get(reason) ?? 0) + count);
  const reasons = [...sums].sort((a, b) => b[1] - a[1]).map(([reason]) => reason);
  const [named, others] = [reasons.slice(0, COLOURS.length - 1), reasons.slice(COLOURS.length - 1)];
  const pointsOf = (of: readonly SkipReason[]) =>
    skips.map((step) => of.reduce((sum, reason) => sum + (step.get(reason) ?? 0), 0));
  return [
    ...named.map((reason, index) => ({ name: reason, colour: COLOURS[index]!, points: pointsOf([reason]) })),
    ...(others.length === 0 ? [] : [{ name: 'others', colour: COLOURS.at(-1)!, points: pointsOf(others) }]),
  ];
}

function skipsIn(outcomes: TimelineAnswer['steps'][number]['outcomes']): ReadonlyMap<SkipReason, number> {
  return new Map(
    outcomes.flatMap(({ ending, count }) =>
      ending.startsWith('skipped:') ? [[ending.slice('skipped:'.length) as SkipReason, count] as const] : [],
    ),
  );
}
