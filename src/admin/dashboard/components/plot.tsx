/** The frame of a small plot that is not over time: axes, ticks and the scales of both. */
import type { ComponentChildren } from 'preact';
import { signed } from '../../../lib/figures.ts';

export interface Scale {
  readonly from: number;
  readonly to: number;
}

export interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export interface PlotProps {
  /** What it shows, for readers of the screen, with its most important figures. */
  readonly label: string;
  readonly x: Scale;
  readonly y: Scale;
  /** Where the x axis has ticks; default: at round numbers. */
  readonly ticksX?: readonly number[];
  readonly formatX: (value: number) => string;
  readonly formatY?: (value: number) => string;
  readonly height?: number;
  readonly children: (frame: Frame) => ComponentChildren;
}

/** Units are about pixels, so that the text has its size: a narrow screen has fewer. */
const WIDTH = 560;
const NARROW = 340;
const HEIGHT = 200;
const LEFT = 62;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;
const TICKS = 5;

export function Plot({ label, x, y, ticksX, formatX, formatY, height = HEIGHT, children }: PlotProps) {
  const width = matchMedia('(max-width: 44rem)').matches ? NARROW : WIDTH;
  const left = formatY === undefined ? RIGHT : LEFT;
  const place = (value: number, { from, to }: Scale) => (to === from ? 0.5 : (value - from) / (to - from));
  const frame: Frame = {
    x: (value) => left + place(value, x) * (width - left - RIGHT),
    y: (value) => TOP + (1 - place(value, y)) * (height - TOP - BOTTOM),
  };
  return (
    <svg class="plot" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {formatY !== undefined &&
        ticks(y).map((tick) => (
          <g key={tick}>
            <line
              class={tick === 0 ? 'zero' : 'rule'}
              x1={left}
              x2={width - RIGHT}
              y1={frame.y(tick)}
              y2={frame.y(tick)}
            />
            <text x={left - 8} y={frame.y(tick) + 4} text-anchor="end">
              {formatY(tick)}
            </text>
          </g>
        ))}
      {(ticksX ?? ticks(x))
        .filter((tick) => tick >= x.from && tick <= x.to)
        .map((tick) => (
          <g key={tick}>
            {formatY === undefined && (
              <line
                class={tick === 0 && ticksX === undefined ? 'zero' : 'rule'}
                x1={frame.x(tick)}
                x2={frame.x(tick)}
                y1={TOP}
                y2={height - BOTTOM}
              />
            )}
            <text x={frame.x(tick)} y={height - 6} text-anchor="middle">
              {formatX(tick)}
            </text>
          </g>
        ))}
      {children(frame)}
    </svg>
  );
}

/** Round numbers within a scale: 1, 2 or 5 times a power of ten apart. */
export function ticks({ from, to }: Scale): readonly number[] {
  const rough = (to - from) / TICKS;
  if (!(rough > 0) || !Number.isFinite(rough)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  // Products of whole numbers: sums would gather the errors of floating point.
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** For an axis: `0`, `0.5 ms`, `40 ms`, `2 s`. */
export function shortDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0';
  const [size, unit] = Math.abs(milliseconds) >= 1_000 ? [milliseconds / 1_000, 's'] : [milliseconds, 'ms'];
  return `${Number(size.toPrecision(3))} ${unit}`;
}

export function shortSigned(milliseconds: number): string {
  return signed(milliseconds, shortDuration);
}

/** A path through points. */
export function pathThrough(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
