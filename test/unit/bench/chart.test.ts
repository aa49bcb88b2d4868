import { expect, test } from 'vitest';
import { type Bar, renderChart } from '../../../bench/harness/chart.ts';

const bar = (name: string, median: number): Bar => ({
  name,
  value: { median, min: median * 0.9, max: median * 1.1 },
  emphasis: 'theirs',
});

const chartOf = (...bars: Bar[]) => renderChart({ title: 'CPU', unit: 'µs', groups: [{ title: 'all', bars }] });

const barWidths = (svg: string) => [...svg.matchAll(/<rect [^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));

test('bars are as long as their medians say, beside each other', () => {
  const [short, long] = barWidths(chartOf(bar('a', 20), bar('b', 80)));
  expect(long! / short!).toBeCloseTo(4, 2);
});

test('the longest range and its figure stay inside the picture', () => {
  const svg = chartOf(bar('a', 20), bar('b', 1_000));
  const width = Number(/viewBox="0 0 (\d+)/.exec(svg)![1]);
  const figure = /<text x="([\d.]+)"[^>]*>1000\.0</.exec(svg)![1];
  expect(Number(figure)).toBeLessThan(width - 50);
});

test('what a name has of markup is text', () => {
  const svg = chartOf(bar('a <script> & "b"', 1));
  expect(svg).toContain('a &lt;script> &amp; &quot;b&quot;');
  expect(svg).not.toContain('<script>');
});
