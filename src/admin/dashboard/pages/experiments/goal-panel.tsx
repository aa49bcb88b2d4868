/** What each arm brings for a goal, and how far that differs from the baseline. */
import { count } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { formatShare } from '../../../../lib/share.ts';
import { meanInWords } from '../../../../results/experiment-figures.ts';
import type { ArmComparison, GoalResults } from '../../../../results/experiment-results.ts';
import { Badge } from '../../components/badge.tsx';
import { Reasons } from '../../components/reasons.tsx';
import { type Column, Table } from '../../components/table.tsx';
import type { Tone } from '../../components/tone.ts';
import { IntervalBar } from './interval-bar.tsx';
import { scaleOf } from './scale.ts';

interface GoalPanelProps {
  readonly of: GoalResults;
  /** The name of the experiment, of which there are no two on a page. */
  readonly called: string;
  readonly alpha: number;
}

type Row = GoalResults['arms'][number] & { readonly compared: ArmComparison | undefined };

export function GoalPanel({ of, called, alpha }: GoalPanelProps) {
  const { goal, kind, arms, comparisons } = of;
  const rows = arms.map((arm): Row => ({ ...arm, compared: comparisons.find((each) => each.arm === arm.arm) }));
  return (
    <section class="panel">
      <h3>
        {printable(goal)}{' '}
        <span class="faint">{kind === 'conversion' ? 'share of the users' : 'mean of the users'}</span>
      </h3>
      <Table name={`Goal ${goal} of ${called}`} columns={columnsOf(of, alpha)} rows={rows} keyOf={({ arm }) => arm} />
      <Reasons items={comparisons.map(({ words }) => printable(words))} />
    </section>
  );
}

/** More is not better for all goals: the colour only says that it is proven. */
const ANSWERS: Readonly<Record<ArmComparison['answer'], { readonly tone: Tone; readonly says: string }>> = {
  more: { tone: 'info', says: 'more' },
  less: { tone: 'info', says: 'less' },
  unproven: { tone: 'neutral', says: 'not proven' },
  invalid: { tone: 'warn', says: 'invalid' },
};

function columnsOf({ kind, comparisons }: GoalResults, alpha: number): readonly Column<Row>[] {
  const scale = scaleOf(comparisons);
  return [
    { key: 'arm', title: 'arm', cell: ({ arm }) => <span class="who">{printable(arm)}</span> },
    {
      key: 'mean',
      title: kind === 'conversion' ? 'rate' : 'mean',
      look: 'number',
      cell: ({ mean }) => meanInWords(kind, mean),
    },
    {
      key: 'sum',
      title: kind === 'conversion' ? 'converted' : 'sum',
      look: 'number minor',
      cell: ({ sum }) => count(Math.round(100 * sum) / 100),
    },
    {
      key: 'difference',
      title: `difference, ${formatShare(1 - alpha)} interval`,
      cell: ({ compared }) =>
        compared === undefined ? (
          <span class="faint">baseline</span>
        ) : (
          <IntervalBar of={compared} kind={kind} scale={scale} />
        ),
    },
    {
      key: 'answer',
      title: 'answer',
      look: 'minor',
      cell: ({ compared }) =>
        compared && <Badge tone={ANSWERS[compared.answer].tone}>{ANSWERS[compared.answer].says}</Badge>,
    },
  ];
}
