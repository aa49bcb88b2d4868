import { moment } from '../../lib/figures.ts';
import { type Html, html } from './html.ts';

/** Seconds are enough for a page; the attribute has the exact time. */
export function time(milliseconds: number): Html {
  return html`<time datetime="${new Date(milliseconds).toISOString()}">${moment(milliseconds)}</time>`;
}
