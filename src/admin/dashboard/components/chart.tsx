/** A chart over time, by uPlot. Its colours are those of the page's scheme; a drag selects a range. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Line {
  readonly name: string;
  /** The name of a colour of the style sheet: `--mismatch`. */
  readonly colour: string;
  /** As many as there are times; null where nothing is known. */
  readonly points: readonly (number | null)[];
  readonly dashed?: boolean;
}

export interface ChartProps {
  /** What it shows, for readers of the screen, with its most important figures. */
  readonly label: string;
  /** Milliseconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  /** Lines are parts of a whole: they are drawn as areas on top of each other. */
  readonly stacked?: boolean;
  readonly format: (value: number) => string;
  readonly height?: number;
  readonly onRange?: (from: number, to: number) => void;
}

const HEIGHT = 150;
/** The charts of a page show the same moment under the pointer. */
const SYNC = uPlot.sync('charts');

export function Chart(props: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>();
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
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    const sizes = new ResizeObserver(() => chart.current?.setSize(sizeOf(latest.current, parent)));
    sizes.observe(parent);
    return () => {
      sizes.disconnect();
      scheme.removeEventListener('change', draw);
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    chart.current?.setData(dataOf(props));
  }, [props.times, props.lines]);

  return (
    <figure class="chart">
      <div ref={element} role="img" aria-label={props.label} />
    </figure>
  );
}

type Latest = { readonly current: ChartProps };

function optionsOf(latest: Latest, parent: HTMLElement): uPlot.Options {
  const { lines, stacked = false } = latest.current;
  const format = (value: number) => latest.current.format(value);
  const faint = colourOf('--faint');
  const axis = { stroke: faint, grid: { stroke: colourOf('--grid'), width: 1 }, ticks: { show: false }, font: FONT };
  return {
    ...sizeOf(latest.current, parent),
    ms: 1,
    padding: [8, 8, 0, 0],
    cursor: { sync: { key: SYNC.key }, drag: { x: true, y: false, setScale: false }, points: { size: 5 } },
    legend: { live: true },
    scales: { x: { time: true }, y: { range: (_, low, high) => rangeOf(low, high) } },
    axes: [
      { ...axis, space: 70, values: timeLabels },
      { ...axis, size: 58, space: 28, values: (_, values) => values.map(format) },
    ],
    series: [
      { label: 'time', value: (_, at) => (at === null ? '–' : LEGEND_TIME.format(at)) },
      ...lines.map(({ name, colour, dashed }, index) => ({
        label: name,
        stroke: colourOf(colour),
        width: stacked ? 0 : 1.5,
        ...(stacked && { fill: colourOf(colour), paths: uPlot.paths.stepped!({ align: 1 }) }),
        ...(dashed && { dash: [4, 4] }),
        points: { show: !stacked && latest.current.times.length < 3, size: 4 },
        value: (_: uPlot, __: number, ___: number, at: number | null) => {
          const own = at === null ? null : (latest.current.lines[index]?.points[at] ?? null);
          return own === null ? '–' : format(own);
        },
      })),
    ],
    hooks: {
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

const FONT = '11px system-ui, sans-serif';
const LEGEND_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** The day where it changes, else the time of day. */
function timeLabels(_: uPlot, moments: number[]): string[] {
  return moments.map((at) => {
    const date = new Date(at);
    return date.getHours() === 0 && date.getMinutes() === 0 ? DAY.format(date) : CLOCK.format(date);
  });
}

/** With zero, and with some room at a side where there are values. */
function rangeOf(low: number | null, high: number | null): [number, number] {
  const [least, most] = [Math.min(0, low ?? 0), Math.max(0, high ?? 0)];
  return least === most ? [0, 1] : [least * 1.08, most * 1.08];
}

/** Of parts of a whole, the last is drawn first and reaches from zero to the sum: each covers what is not its own. */
function dataOf({ times, lines, stacked = false }: ChartProps): uPlot.AlignedData {
  const points = stacked ? sumsOf(lines) : lines.map((line) => [...line.points]);
  return [[...times], ...points];
}

function sumsOf(lines: readonly Line[]): (number | null)[][] {
  return lines.map((_, first) =>
    lines[first]!.points.map((own, at) => {
      if (own === null) return null;
      return lines.slice(first).reduce((sum, { points }) => sum + (points[at] ?? 0), 0);
    }),
  );
}

function sizeOf({ height = HEIGHT }: ChartProps, parent: HTMLElement): { width: number; height: number } {
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
