const WIDTH = 96;
const HEIGHT = 20;

/** A small line above zero, without other axes. `null`: nothing is known of that step, and the line has a gap. */
export function Sparkline({ points, label }: { readonly points: readonly (number | null)[]; readonly label: string }) {
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <line class="zero" x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      <path d={lineOf(points)} />
    </svg>
  );
}

export function lineOf(points: readonly (number | null)[]): string {
  const known = points.filter((point) => point !== null);
  const [least, most] = [Math.min(0, ...known), Math.max(0, ...known)];
  const span = most - least || 1;
  let joined = false;
  return points
    .map((point, index) => {
      if (point === null) {
        joined = false;
        return '';
      }
      const x = points.length < 2 ? 0 : (index / (points.length - 1)) * WIDTH;
      const y = 1 + (1 - (point - least) / span) * (HEIGHT - 2);
      // A point alone is a short dash: a line of no length is not drawn.
      const alone = !joined && (points[index + 1] ?? null) === null;
      const step = `${joined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${alone ? 'h1.5' : ''}`;
      joined = true;
      return step;
    })
    .join('');
}
