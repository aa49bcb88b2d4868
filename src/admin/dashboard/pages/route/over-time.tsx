import { count, duration } from '../../../../lib/figures.ts';
import { groupOutcomes, OUTCOME_GROUPS } from '../../../../results/outcome-groups.ts';
import { Chart } from '../../components/chart.tsx';
import type { Line } from '../../components/line.ts';
import { Shown } from '../../components/states.tsx';
import type { TimelineAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { go, here } from '../../shell/location.ts';
import { useScope } from '../../shell/scope.ts';

/** The outcomes and the latency of one route over time. */
export function OverTime({ route }: { readonly route: string }) {
  const resource = useResource<TimelineAnswer>('timeline', { ...useScope(), route });
  return (
    <Shown resource={resource}>
      {({ steps }) => {
        if (steps.length === 0) return null;
        if (steps.length === 1)
          return <p class="faint">All of it is within one minute: there is no line over time yet.</p>;
        const times = steps.map(({ at }) => at);
        const onRange = (from: number, to: number) =>
          go(here({ from: Math.round(from), to: Math.round(to), range: undefined }));
        return (
          <div class="grid">
            <section class="panel" aria-labelledby="outcomes">
              <h2 id="outcomes">Outcomes</h2>
              <Chart
                label={`Outcomes over time, from ${count(Math.min(...steps.map(({ requests }) => requests)))} to ${count(Math.max(...steps.map(({ requests }) => requests)))} requests a step`}
                times={times}
                lines={outcomeLines(steps)}
                stacked
                format={count}
                onRange={onRange}
              />
            </section>
            <section class="panel" aria-labelledby="latencies">
              <h2 id="latencies">Time to the last byte, p50</h2>
              <Chart
                label="Median times of the legs over time"
                times={times}
                lines={legLines(steps)}
                format={duration}
                onRange={onRange}
              />
            </section>
          </div>
        );
      }}
    </Shown>
  );
}

type Steps = TimelineAnswer['steps'];

function outcomeLines(steps: Steps): readonly Line[] {
  const groups = steps.map(({ outcomes }) => groupOutcomes(outcomes));
  return OUTCOME_GROUPS.map((name) => ({ name, colour: `--${name}`, points: groups.map((group) => group[name]) }));
}

function legLines(steps: Steps): readonly Line[] {
  return (['primary', 'shadow', 'control'] as const)
    .map((leg) => ({
      name: leg,
      colour: `--${leg}`,
      points: steps.map(({ legs }) => legs.find((each) => each.leg === leg)?.p50 ?? null),
      dashed: leg === 'primary',
    }))
    .filter(({ points }) => points.some((point) => point !== null));
}
