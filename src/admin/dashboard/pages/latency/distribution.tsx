/** How the times of one route are distributed: densities, paired deltas, and the deltas at the deciles. */
import { count, duration, plural, signedDuration } from '../../../../lib/figures.ts';
import { type Frame, Plot, pathThrough, type Scale } from '../../components/plot.tsx';
import { Stat } from '../../components/stat.tsx';
import type { Distribution, LatencyDetail } from '../../data/cause-answers.ts';

export function LatencyOf({ detail }: { readonly detail: LatencyDetail }) {
  return (
    <>
      <Figures detail={detail} />
      <div class="grid">
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

function Figures({ detail: { legs, delta, against, crowded } }: { readonly detail: LatencyDetail }) {
  return (
    <dl class="stats panel">
      {legs
        .filter(({ of }) => of === 'lastByte')
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

type Bars = Distribution['histogram'];

function Densities({ detail: { legs } }: { readonly detail: LatencyDetail }) {
  const shown = legs.filter(({ of, histogram }) => of === 'lastByte' && histogram.length > 0);
  if (shown.length === 0) return <p class="faint">Nothing was measured yet.</p>;
  // The long tail would press the rest into the first pixels.
  const to = Math.max(...shown.map(({ p99 }) => p99)) * 1.1;
  const from = Math.min(...shown.map(({ histogram }) => histogram[0]!.from));
  const densities = shown.map((each) => ({
    leg: each.leg,
    points: densityOf(each.histogram, each.count, { from, to }),
  }));
  const most = Math.max(...densities.flatMap(({ points }) => points.map(([, density]) => density)));
  const label = `Density of the times: ${shown.map(({ leg, p50, p99 }) => `${leg} p50 ${duration(p50)}, p99 ${duration(p99)}`).join('; ')}`;
  return (
    <>
      <Plot label={label} x={{ from, to }} y={{ from: 0, to: most * 1.05 || 1 }} formatX={duration}>
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

/** The share of the exchanges per millisecond, at the middle of each bar that is in the scale. */
function densityOf(bars: Bars, all: number, { from, to }: Scale): readonly (readonly [number, number])[] {
  return bars
    .filter((bar) => bar.to > from && bar.from < to && bar.to > bar.from)
    .map((bar) => [(bar.from + bar.to) / 2, bar.count / all / (bar.to - bar.from)] as const)
    .filter(([x]) => x <= to);
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
  const [low, high] = reachOf(delta);
  const bars = histogram.filter(({ from, to }) => to > low && from < high);
  const most = Math.max(1, ...bars.map(densest));
  const label = `Histogram of ${plural(delta.count, 'paired delta')}: median ${signedDuration(p50)}, ${intervalInWords(delta)}`;
  return (
    <>
      <Plot label={label} x={{ from: low, to: high }} y={{ from: 0, to: most * 1.05 }} formatX={signedDuration}>
        {({ x, y }) => (
          <>
            {detail.margin !== undefined && (
              <rect
                class="band"
                x={x(low)}
                width={Math.max(0, x(Math.min(detail.margin, high)) - x(low))}
                y={y(most)}
                height={y(0) - y(most)}
              />
            )}
            <line class="zero" x1={x(0)} x2={x(0)} y1={y(0)} y2={y(most)} />
            {bars.map((bar) => {
              const [left, right] = [x(Math.max(bar.from, low)), x(Math.min(bar.to, high))];
              const height = y(0) - y(densest(bar));
              return (
                <rect
                  key={bar.from}
                  class="bar"
                  x={left}
                  width={Math.max(0.5, right - left - 0.5)}
                  y={y(densest(bar))}
                  height={height}
                />
              );
            })}
            {medianBetween && (
              <line class="whisker" x1={x(medianBetween[0])} x2={x(medianBetween[1])} y1={y(most)} y2={y(most)} />
            )}
            <circle class="dot" cx={x(p50)} cy={y(most)} r={3.5} />
          </>
        )}
      </Plot>
      <p class="faint">
        The dot is the median, with its interval
        {detail.margin !== undefined &&
          `; up to ${signedDuration(detail.margin)}, where the ground is shaded, the verdict sees no harm`}
        .
      </p>
    </>
  );
}

/** Bars are not equally wide: their areas count. */
function densest({ from, to, count: pairs }: Bars[number]): number {
  return to > from ? pairs / (to - from) : 0;
}

/** From the first decile to the last and the same again to both sides, with zero. */
function reachOf({ deciles, p99 }: Distribution): readonly [number, number] {
  const [first = 0, last = p99] = [deciles[0], deciles.at(-1)];
  const room = Math.max(last - first, Math.abs(last) * 0.2, 0.5);
  return [Math.min(0, first - room), Math.max(0, last + room)];
}

function Deciles({ detail: { deciles, against } }: { readonly detail: LatencyDetail }) {
  if (deciles.length === 0) return <p class="faint">Nothing was measured yet.</p>;
  const values = deciles.flatMap(({ shift, floor }) => [shift, ...(floor === undefined ? [] : [floor])]);
  const reach = { from: Math.min(0, ...values), to: Math.max(0, ...values) };
  const room = (reach.to - reach.from || 1) * 0.1;
  const hasFloor = deciles.some(({ floor }) => floor !== undefined);
  const label = `Shadow minus primary at the deciles: ${deciles.map(({ q, shift }) => `${Math.round(q * 100)} %: ${signedDuration(shift)}`).join(', ')}`;
  return (
    <>
      <Plot
        label={label}
        x={{ from: 0, to: 1 }}
        y={{ from: reach.from - room, to: reach.to + room }}
        formatX={(q) => `${Math.round(q * 100)} %`}
        formatY={signedDuration}
      >
        {(frame) => (
          <>
            {hasFloor && (
              <path
                class="line floor"
                d={pathIn(
                  frame,
                  deciles.flatMap(({ q, floor }) => (floor === undefined ? [] : [[q, floor] as const])),
                )}
              />
            )}
            <path
              class="line shadow"
              d={pathIn(
                frame,
                deciles.map(({ q, shift }) => [q, shift]),
              )}
            />
            {deciles.map(({ q, shift }) => (
              <circle key={q} class="dot" cx={frame.x(q)} cy={frame.y(shift)} r={2.6} />
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
