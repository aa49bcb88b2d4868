/** How the times of one route are distributed: densities, paired deltas, and the deltas at the deciles. */
import { count, duration, plural, signedDuration } from '../../../../lib/figures.ts';
import { formatShare } from '../../../../lib/share.ts';
import type { Distribution, LatencyDetail } from '../../../../results/latency-detail.ts';
import { binned, smooth } from '../../components/histogram.ts';
import { type Frame, Plot, pathThrough, type Scale, shortDuration, shortSigned } from '../../components/plot.tsx';
import { Stat } from '../../components/stat.tsx';

export function LatencyOf({ detail }: { readonly detail: LatencyDetail }) {
  return (
    <>
      <LatencyFigures detail={detail} />
      <div class="grid thirds">
        <section class="panel" aria-labelledby="density">
          <h2 id="density">Time to the last byte</h2>
          <Densities detail={detail} />
        </section>
        <section class="panel" aria-labelledby="deltas">
          <h2 id="deltas">Paired: shadow minus {detail.against}</h2>
          {detail.delta ? (
            <Deltas detail={detail} delta={detail.delta} />
          ) : (
            <p class="faint">No pair was measured yet.</p>
          )}
        </section>
        <section class="panel" aria-labelledby="deciles">
          <h2 id="deciles">Shift at each decile</h2>
          <Deciles detail={detail} />
        </section>
      </div>
    </>
  );
}

export function LatencyFigures({ detail: { legs, delta, against, crowded } }: { readonly detail: LatencyDetail }) {
  return (
    <dl class="stats wide panel">
      {legs
        .filter(({ to }) => to === 'lastByte')
        .map(({ leg, p50, p99, count: measured }) => (
          <Stat key={leg} name={<span class={`leg ${leg}`}>{leg}</span>} value={duration(p50)}>
            p99 {duration(p99)} · {count(measured)} measured
          </Stat>
        ))}
      {delta && (
        <Stat name={`Shadow minus ${against}`} value={signedDuration(delta.p50)}>
          {intervalInWords(delta)} · {plural(delta.count, 'pair')}
          {delta.effectiveCount < delta.count && `, worth ${count(delta.effectiveCount)}`}
        </Stat>
      )}
      {crowded && (
        <Stat name="Left out" value={count(crowded.count)}>
          pairs: copies were queueing, up to {count(crowded.inFlight)} in flight
        </Stat>
      )}
    </dl>
  );
}

function intervalInWords({ medianBetween }: NonNullable<LatencyDetail['delta']>): string {
  if (medianBetween === undefined) return 'interval not certain yet';
  return `certain: ${medianBetween.map(signedDuration).join(' – ')}`;
}

const BINS = 60;

function Densities({ detail: { legs } }: { readonly detail: LatencyDetail }) {
  const shown = legs.filter(({ to, histogram }) => to === 'lastByte' && histogram.length > 0);
  if (shown.length === 0) return <p class="faint">Nothing was measured yet.</p>;
  const reach = {
    from: Math.log10(Math.max(0.01, Math.min(...shown.map(({ histogram }) => histogram[0]!.from)))),
    to: Math.log10(Math.max(0.1, ...shown.map(({ p99 }) => p99 * 1.5))),
  };
  const densities = shown.map(({ leg, histogram, count: all }) => {
    const bins = binned(
      histogram.map((bar) => ({ ...bar, from: log(bar.from), to: log(bar.to) })),
      reach,
      BINS,
    );
    return { leg, points: smooth(bins).map(({ from, to, count: part }) => [(from + to) / 2, part / all] as const) };
  });
  const most = Math.max(...densities.flatMap(({ points }) => points.map(([, part]) => part)));
  const label = `Density of the times: ${shown.map(({ leg, p50, p99 }) => `${leg} p50 ${duration(p50)}, p99 ${duration(p99)}`).join('; ')}`;
  return (
    <>
      <Plot
        label={label}
        x={reach}
        ticksX={[0.01, 0.1, 1, 10, 100, 1_000, 10_000].map(Math.log10)}
        y={{ from: 0, to: most * 1.05 || 1 }}
        formatX={(power) => shortDuration(10 ** power)}
      >
        {(frame) =>
          densities.map(({ leg, points }) => <path key={leg} class={`line ${leg}`} d={pathIn(frame, points)} />)
        }
      </Plot>
      <p class="key">
        {shown.map(({ leg }) => (
          <span key={leg} class={leg}>
            {leg}
          </span>
        ))}
      </p>
    </>
  );
}

function log(milliseconds: number): number {
  return Math.log10(Math.max(0.001, milliseconds));
}

function pathIn({ x, y }: Frame, points: readonly (readonly [number, number])[]): string {
  return pathThrough(points.map(([at, value]) => [x(at), y(value)]));
}

function Deltas({
  detail,
  delta,
}: {
  readonly detail: LatencyDetail;
  readonly delta: NonNullable<LatencyDetail['delta']>;
}) {
  const { histogram, medianBetween, p50 } = delta;
  const reach = reachOf(delta);
  const bars = binned(histogram, reach, BINS);
  const most = Math.max(1, ...bars.map((bar) => bar.count)) * 1.15;
  const label = `Histogram of ${plural(delta.count, 'paired delta')}: median ${signedDuration(p50)}, ${intervalInWords(delta)}`;
  return (
    <>
      <Plot label={label} x={reach} y={{ from: 0, to: most }} formatX={shortSigned}>
        {({ x, y }) => (
          <>
            {detail.margin !== undefined && (
              <rect
                class="band"
                x={x(reach.from)}
                width={x(Math.min(detail.margin, reach.to)) - x(reach.from)}
                y={y(most)}
                height={y(0) - y(most)}
              />
            )}
            <line class="zero" x1={x(0)} x2={x(0)} y1={y(0)} y2={y(most)} />
            {bars.map((bar) => (
              <rect
                key={bar.from}
                class="bar"
                x={x(bar.from) + 0.5}
                width={x(bar.to) - x(bar.from) - 1}
                y={y(bar.count)}
                height={y(0) - y(bar.count)}
              />
            ))}
            {medianBetween && (
              <line
                class="whisker"
                x1={x(medianBetween[0])}
                x2={x(medianBetween[1])}
                y1={y(most) + 4}
                y2={y(most) + 4}
              />
            )}
            <circle class="dot" cx={x(p50)} cy={y(most) + 4} r={3.5} />
          </>
        )}
      </Plot>
      <p class="faint">
        The dot is the median, the line through it its interval.
        {detail.margin !== undefined &&
          ` Up to ${signedDuration(detail.margin)}, the shaded ground, the verdict sees no harm.`}
      </p>
    </>
  );
}

/** From the first decile to the last and the same again to both sides, with zero. */
function reachOf({ deciles, p99 }: Distribution): Scale {
  const [first = 0, last = p99] = [deciles[0], deciles.at(-1)];
  const room = Math.max(last - first, Math.abs(last) * 0.2, 0.5);
  return { from: Math.min(0, first - room), to: Math.max(0, last + room) };
}

function Deciles({ detail: { shifts, against } }: { readonly detail: LatencyDetail }) {
  if (shifts.length === 0) return <p class="faint">Nothing was measured yet.</p>;
  const values = shifts.flatMap(({ shift, floor }) => [shift, ...(floor === undefined ? [] : [floor])]);
  const reach = { from: Math.min(0, ...values), to: Math.max(0, ...values) };
  const room = (reach.to - reach.from || 1) * 0.1;
  const hasFloor = shifts.some(({ floor }) => floor !== undefined);
  const label = `Shadow minus primary at the deciles: ${shifts.map(({ quantile, shift }) => `${formatShare(quantile)}: ${signedDuration(shift)}`).join(', ')}`;
  return (
    <>
      <Plot
        label={label}
        x={{ from: 0, to: 1 }}
        y={{ from: reach.from - room, to: reach.to + room }}
        formatX={formatShare}
        formatY={shortSigned}
      >
        {(frame) => (
          <>
            {hasFloor && (
              <path
                class="line floor"
                d={pathIn(
                  frame,
                  shifts.flatMap(({ quantile, floor }) => (floor === undefined ? [] : [[quantile, floor] as const])),
                )}
              />
            )}
            <path
              class="line shadow"
              d={pathIn(
                frame,
                shifts.map(({ quantile, shift }) => [quantile, shift]),
              )}
            />
            {shifts.map(({ quantile, shift }) => (
              <circle key={quantile} class="dot" cx={frame.x(quantile)} cy={frame.y(shift)} r={2.6} />
            ))}
          </>
        )}
      </Plot>
      <p class="key">
        <span class="shadow">shadow minus primary</span>
        {hasFloor && <span class="floor">A/A floor: control minus primary</span>}
        {!hasFloor && against === 'primary' && <em>without a control there is no floor to hold it against</em>}
      </p>
    </>
  );
}
