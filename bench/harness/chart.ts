/** Bars as an SVG, for a page: readable on a light and on a dark background, without a script or a font of its own. */
import type { Spread } from './spread.ts';

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly groups: readonly BarGroup[];
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly name: string;
  readonly value: Spread;
  readonly emphasis: 'ours' | 'theirs';
}

const WIDTH = 760;
const NAMES = 210;
const FIGURES = 60;
const LINE = 22;
const BAR = 12;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .group { fill: #57606a; }
  .theirs { fill: #8c959f; }
  .ours { fill: #0969da; }
  .range { stroke: #24292f; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .group { fill: #9198a1; }
    .theirs { fill: #656c76; }
    .ours { fill: #4493f8; }
    .range { stroke: #e6edf3; }
  }`;

/** Lengths are in proportion to the medians; a line over each bar goes from the least to the greatest round. */
export function renderChart({ title, unit, groups }: Chart): string {
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value.max)));
  const scale = (WIDTH - NAMES - FIGURES) / longest;
  const parts = [text(0, 16, title, 'title')];
  let y = 16 + LINE;
  for (const group of groups) {
    parts.push(text(0, y + LINE / 2, group.title, 'group'));
    y += LINE;
    for (const bar of group.bars) {
      parts.push(barAt(y, bar, scale));
      y += LINE;
    }
    y += LINE / 2;
  }
  const size = `width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}"`;
  const described = `<title>${escaped(`${title}, in ${unit}`)}</title>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" ${size}>\n${described}\n<style>${STYLE}\n</style>\n${parts.join('\n')}\n</svg>\n`;
}

function barAt(y: number, { name, value, emphasis }: Bar, scale: number): string {
  const middle = y + LINE / 2;
  const [from, to] = [NAMES + value.min * scale, NAMES + value.max * scale];
  return [
    text(0, middle + 4, name),
    `<rect class="${emphasis}" x="${NAMES}" y="${middle - BAR / 2}" width="${fixed(value.median * scale)}" height="${BAR}"/>`,
    `<line class="range" x1="${fixed(from)}" x2="${fixed(to)}" y1="${middle}" y2="${middle}"/>`,
    text(Math.max(to, NAMES + value.median * scale) + 8, middle + 4, value.median.toFixed(1)),
  ].join('\n');
}

function text(x: number, y: number, words: string, kind?: string): string {
  const named = kind === undefined ? '' : ` class="${kind}"`;
  return `<text${named} x="${fixed(x)}" y="${fixed(y)}">${escaped(words)}</text>`;
}

function fixed(length: number): string {
  return length.toFixed(1);
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
