import { type duration, moment } from '../../lib/figures.ts';
import type { Quantiles } from '../../record/store.ts';
import { type Html, html } from './html.ts';

export function quantileCells({ p50, p90, p99 }: Quantiles, show: typeof duration): readonly Html[] {
  return [p50, p90, p99].map((value) => html`<td class="number">${show(value)}</td>`);
}

/** Seconds are enough for a page; the exact moment is in the attribute. */
export function time(milliseconds: number): Html {
  return html`<time datetime="${new Date(milliseconds).toISOString()}">${moment(milliseconds)}</time>`;
}
