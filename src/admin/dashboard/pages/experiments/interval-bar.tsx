/** A difference with its interval, drawn against zero. */
import { signedDistance } from '../../../../results/experiment-figures.ts';
import type { ArmComparison, GoalResults } from '../../../../results/experiment-results.ts';

/** Units are about pixels. */
const WIDTH = 180;
const HEIGHT = 18;

interface IntervalBarProps {
  readonly of: ArmComparison;
  readonly kind: GoalResults['kind'];
  readonly scale: number;
}

export function IntervalBar({ of: { difference, low, high, answer }, kind, scale }: IntervalBarProps) {
  const x = (value: number) => WIDTH / 2 + (value / scale) * (WIDTH / 2 - 4);
  const isProven = answer === 'more' || answer === 'less';
  const known = low !== undefined && high !== undefined;
  const between = known ? `${signedDistance(kind, low)} to ${signedDistance(kind, high)}` : 'nothing is known yet';
  return (
    <>
      <svg
        class={`interval ${isProven ? 'proven' : answer}`}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`difference ${signedDistance(kind, difference)}, ${between}`}
      >
        {known && <rect x={x(low)} y={HEIGHT / 2 - 4} width={Math.max(1, x(high) - x(low))} height={8} />}
        <line class="zero" x1={x(0)} x2={x(0)} y1={0} y2={HEIGHT} />
        <circle cx={x(difference)} cy={HEIGHT / 2} r={3.5} />
      </svg>
      <small class="under">
        {signedDistance(kind, difference)}
        {kind === 'conversion' && ' points'} <span class="faint">{between}</span>
      </small>
    </>
  );
}
