import { duration, share, signedDuration } from '../../../lib/figures.ts';
import type { TimelineAnswer } from '../data/answers.ts';
import { go, here } from '../shell/location.ts';
import { Chart } from './chart.tsx';
import type { Line } from './line.ts';
import { Empty } from './states.tsx';
import { deltaLines, legLines, outcomeLines, shedLines, spokenLines } from './timeline-series.ts';

interface TimelineChartsProps {
  readonly timeline: TimelineAnswer;
  /** When it was read. */
  readonly until: number;
  /** Also what was lost on the way, which is no affair of a single route. */
  readonly lost?: boolean;
}

/** What became of the requests, and how long they took. */
export function TimelineCharts({ timeline, until, lost = false }: TimelineChartsProps) {
  if (timeline.steps.length === 0) return <Empty title="Nothing was recorded in this time." />;
  return (
    <div class="grid charts">
      <TimelineChart
        title="Requests a second, by outcome"
        timeline={timeline}
        lines={outcomeLines(timeline, until)}
        stacked
        format={rate}
      />
      <TimelineChart
        title="Latency to the last byte"
        timeline={timeline}
        lines={legLines(timeline)}
        scale="log"
        format={duration}
      />
      <TimelineChart
        title="Shadow minus production, of the same exchange"
        timeline={timeline}
        lines={deltaLines(timeline)}
        scale="both"
        format={signedDuration}
      />
      {lost && (
        <TimelineChart
          title="Copies lost on the way"
          timeline={timeline}
          lines={shedLines(timeline)}
          format={percent}
        />
      )}
    </div>
  );
}

interface TimelineChartProps {
  readonly title: string;
  readonly timeline: TimelineAnswer;
  readonly lines: readonly Line[];
  readonly stacked?: boolean;
  readonly scale?: 'log' | 'both';
  readonly format: (value: number) => string;
}

function TimelineChart({
  title,
  timeline: { steps, gaps },
  lines,
  format,
  scale,
  stacked = false,
}: TimelineChartProps) {
  const known = lines.some(({ points }) => points.some((point) => point !== null));
  return (
    <section class="panel">
      <h2>{title}</h2>
      {known ? (
        <Chart
          label={`${title}, at last: ${spokenLines(lines, format)}`}
          times={steps.map(({ at }) => at)}
          lines={lines}
          stacked={stacked}
          {...(scale && { scale })}
          format={format}
          gaps={gaps}
          onRange={showRange}
        />
      ) : (
        <p class="faint">Nothing is known of this time yet.</p>
      )}
    </section>
  );
}

/** Whole minutes, by which results are kept. */
function showRange(from: number, to: number): void {
  const minute = 60_000;
  go(here({ range: undefined, from: Math.floor(from / minute) * minute, to: Math.ceil(to / minute) * minute }));
}

function rate(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 1 ? 2 : value < 10 ? 1 : 0 });
}

function percent(part: number): string {
  return share(part, 1);
}
