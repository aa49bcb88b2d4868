import type { Quantiles } from '../../record/store.ts';
import { type Html, html } from './html.ts';

const integer = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return integer.format(value);
}

/** One decimal, and never `0%` for something that did happen or `100%` for something that did not always. */
export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  if (part === whole) return '100%';
  const percent = (100 * part) / whole;
  if (percent < 0.1) return '<0.1%';
  return percent > 99.9 ? '>99.9%' : `${percent.toFixed(1)}%`;
}

/** Milliseconds with three significant digits. */
export function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–';
  const size = Math.abs(milliseconds);
  if (size >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)} ms`;
}

/** A duration with its sign. */
export function delta(milliseconds: number | undefined): string {
  return milliseconds !== undefined && milliseconds > 0 ? `+${duration(milliseconds)}` : duration(milliseconds);
}

export function quantileCells(quantiles: Quantiles | undefined, show: typeof duration): readonly Html[] {
  return [quantiles?.p50, quantiles?.p90, quantiles?.p99].map((value) => html`<td class="number">${show(value)}</td>`);
}

/** Seconds are enough for a page; the exact moment is in the attribute. */
export function moment(milliseconds: number): Html {
  const iso = new Date(milliseconds).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}
