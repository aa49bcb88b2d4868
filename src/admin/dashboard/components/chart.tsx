/** A chart over time, by uPlot. Its colours are those of the page's scheme; a drag selects a range. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Line } from './line.ts';
import { bothSplits, fromZero, logSplits, spread, spreadBoth } from './scales.ts';
import { momentText, utcText } from './time.tsx';

export interface ChartProps {
  /** What it shows, for readers of the screen, with its most important figures. */
  readonly label: string;
  /** Milliseconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  /** Lines are parts of a whole: they are drawn as areas on top of each other. */
  readonly stacked?: boolean;
  /**
   * `log`: for what spans decades, above zero. `both`: the same on both sides of zero; linear below 1.
   * Default: linear, from zero.
   */
  readonly scale?: 'log' | 'both';
  readonly format: (value: number) => string;
  readonly height?: number;
  /** Times that nothing is known of; they are hatched. */
  readonly gaps?: readonly { readonly from: number; readonly to: number }[];
  readonly onRange?: (from: number, to: number) => void;
}

/** On a wall, text and charts are larger; see the style sheet. */
const WALL = matchMedia('(min-width: 2400px)');
/** The charts of a page show the same moment under the pointer. */
const SYNC = uPlot.sync('charts');

export function Chart(props: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const shape = props.lines.map(({ name, colour }) => `${name}${colour}`).join() + props.stacked;

  useEffect(() => {
    const parent = element.current!;
    const draw = () => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsOf(latest, parent), dataOf(latest.current), parent);
    };
    draw();
    const looks = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('print'), WALL];
    for (const look of looks) look.addEventListener('change', draw);
    const sizes = new ResizeObserver(() => chart.current?.setSize(sizeOf(latest.current, parent)));
    sizes.observe(parent);
    return () => {
      sizes.disconnect();
      for (const look of looks) look.removeEventListener('change', draw);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [shape]);

  useEffect(() => {
    chart.current?.setData(dataOf(props));
  }, [props.times, props.lines]);

  return (
    <figure class={props.stacked ? 'chart' : 'chart lines'}>
      <div ref={element} role="img" aria-label={props.label} />
    </figure>
  );
}

/** Without a pointer, the newest that is known. */
function pointAt(line: Line | undefined, at: number | null): number | null {
  if (at === null) return line?.points.findLast((point) => point !== null) ?? null;
  return line?.points[Math.min(at, line.points.length - 1)] ?? null;
}

function scaleOf(scale: ChartProps['scale']): uPlot.Scale {
  if (scale === 'log') return { distr: 3, range: (_, low, high) => spread(low, high) };
  if (scale === 'both') return { distr: 4, asinh: 1, range: (_, low, high) => spreadBoth(low, high) };
  return { range: (_, low, high) => fromZero(low, high) };
}

/** Areas are shown as squares. A line is the upper edge of a box, which can be dashed; the style sheet hides the rest. */
function markersOf(lines: readonly Line[], stacked: boolean): uPlot.Legend.Markers {
  const colour = (_: uPlot, index: number) => (index === 0 ? 'transparent' : colourOf(lines[index - 1]!.colour));
  if (stacked) return { width: 0, fill: colour };
  return {
    width: 2,
    stroke: colour,
    dash: (_, index) => (lines[index - 1]?.dashed ? 'dashed' : 'solid'),
    fill: 'transparent',
  };
}

function splitsOf(scale: ChartProps['scale']): Pick<uPlot.Axis, 'splits'> {
  if (scale === undefined) return {};
  const splits = scale === 'log' ? logSplits : bothSplits;
  return { splits: (_, __, low, high) => splits(low, high) };
}

type Latest = { readonly current: ChartProps };

function optionsOf(latest: Latest, parent: HTMLElement): uPlot.Options {
  const { lines, stacked = false, scale } = latest.current;
  const format = (value: number) => latest.current.format(value);
  const faint = colourOf('--faint');
  const font = `${WALL.matches ? 14 : 11}px system-ui, sans-serif`;
  const axis = { stroke: faint, grid: { stroke: colourOf('--grid'), width: 1 }, ticks: { show: false }, font };
  return {
    ...sizeOf(latest.current, parent),
    ms: 1,
    padding: [8, 22, 0, 0],
    cursor: { sync: { key: SYNC.key }, drag: { x: true, y: false, setScale: false }, points: { size: 5 } },
    legend: { markers: markersOf(lines, stacked) },
    scales: { x: { time: true }, y: scaleOf(scale) },
    axes: [
      { ...axis, size: WALL.matches ? 36 : 28, space: 70, incrs: ROUND_TIMES, values: timeLabels },
      {
        ...axis,
        size: WALL.matches ? 86 : 66,
        space: 28,
        ...splitsOf(scale),
        values: (_, values) => values.map((value) => (value === null ? '' : format(value))),
      },
    ],
    series: [
      { label: 'at', value: (_, at) => momentText(at ?? latest.current.times.at(-1) ?? 0, Date.now()) },
      ...lines.map(({ name, colour, dashed, stepped }, index) => ({
        label: name,
        stroke: colourOf(colour),
        width: stacked ? 0 : 1.5,
        ...(stacked && { fill: colourOf(colour), paths: uPlot.paths.stepped!({ align: 1 }) }),
        ...(dashed && { dash: [4, 4] }),
        ...(stepped && { paths: uPlot.paths.stepped!({ align: 1 }) }),
        points: { show: !stacked && latest.current.times.length < 3, size: 4 },
        // Of a stack the chart knows the sums; the legend tells the parts.
        value: (_: uPlot, __: number, ___: number, at: number | null) => {
          const own = pointAt(latest.current.lines[index], at);
          return own === null ? '–' : format(own);
        },
      })),
    ],
    hooks: {
      setLegend: [(self) => titleMoment(self, latest.current.times)],
      drawClear: [(self) => drawGaps(self, latest.current.gaps ?? [])],
      setSelect: [
        (self) => {
          const { left, width } = self.select;
          if (width < 4) return;
          latest.current.onRange?.(self.posToVal(left, 'x'), self.posToVal(left + width, 'x'));
          self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** The moment that the legend tells in the reader's zone: its title, and that of the plot, tell it in UTC. */
function titleMoment({ root, over, legend }: uPlot, times: readonly number[]): void {
  const at = times[legend.idx ?? times.length - 1] ?? times.at(-1);
  const title = at === undefined ? '' : utcText(at);
  over.title = title;
  const told = root.querySelector<HTMLElement>('.u-legend .u-value');
  if (told !== null) told.title = title;
}

/** Diagonal lines, which no area of a chart has. */
function drawGaps({ ctx, bbox, valToPos }: uPlot, gaps: NonNullable<ChartProps['gaps']>): void {
  ctx.save();
  ctx.strokeStyle = colourOf('--line');
  for (const { from, to } of gaps) {
    const left = Math.max(bbox.left, valToPos(from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, valToPos(to, 'x', true));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, Math.max(2, right - left), bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += 8) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY_LENGTH = 24 * HOUR;
/** Results are kept by minutes: nothing finer has a mark. */
const ROUND_TIMES = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28].map((count) => count * DAY_LENGTH),
];

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** The day where it changes, else the time of day. */
function timeLabels(_: uPlot, moments: number[]): string[] {
  return moments.map((at) => {
    const date = new Date(at);
    return date.getHours() === 0 && date.getMinutes() === 0 ? DAY.format(date) : CLOCK.format(date);
  });
}

/** Of parts of a whole, the last is drawn first and reaches from zero to the sum: each covers what is not its own. */
function dataOf({ times, lines, stacked = false }: ChartProps): uPlot.AlignedData {
  if (!stacked) return [[...times], ...lines.map((line) => [...line.points])];
  // A step reaches to the next one: the last one needs an end.
  const last = times.at(-1) ?? 0;
  const end = last + (last - (times.at(-2) ?? last - MINUTE));
  return [[...times, end], ...sumsOf(lines).map((sums) => [...sums, sums.at(-1) ?? null])];
}

function sumsOf(lines: readonly Line[]): (number | null)[][] {
  return lines.map((_, first) =>
    lines[first]!.points.map((own, at) => {
      if (own === null) return null;
      return lines.slice(first).reduce((sum, { points }) => sum + (points[at] ?? 0), 0);
    }),
  );
}

function sizeOf(
  { height = WALL.matches ? 230 : 150 }: ChartProps,
  parent: HTMLElement,
): { width: number; height: number } {
  return { width: Math.max(120, parent.clientWidth), height };
}

function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
