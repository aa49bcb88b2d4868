import { Chart } from '../../components/chart.tsx';
import { Shown } from '../../components/states.tsx';
import { spokenLines } from '../../components/timeline-series.ts';
import type { TimelineAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { useScope } from '../../shell/scope.ts';
import { skipLines } from './skip-lines.ts';

/** Requests that were not compared, by reason, in the time range of the page. */
export function SkipsChart() {
  const timeline = useResource<TimelineAnswer>('timeline', { ...useScope(), points: 120 });
  return (
    <section class="panel">
      <h2>Skipped requests, by reason</h2>
      <Shown resource={timeline}>
        {(value) => {
          const lines = skipLines(value);
          if (lines.length === 0) return <p class="faint">None in this time.</p>;
          return (
            <Chart
              label={`Skipped requests by reason, at last: ${spokenLines(lines, whole)}`}
              times={value.steps.map(({ at }) => at)}
              lines={lines}
              stacked
              format={whole}
              gaps={value.gaps}
            />
          );
        }}
      </Shown>
    </section>
  );
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
