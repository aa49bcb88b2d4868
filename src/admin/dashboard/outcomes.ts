import type { Ending } from '../../model/outcome.ts';
import { type Html, html } from './html.ts';
import { count, share } from './numbers.ts';

type Counted = readonly { readonly ending: Ending; readonly count: number }[];

/** Outcomes as a person looks at them, from good to bad to not compared. The key is also the class of its color. */
export const GROUPS = [
  { key: 'match', label: 'match' },
  { key: 'noise', label: 'noise' },
  { key: 'accepted', label: 'accepted' },
  { key: 'mismatch', label: 'mismatch' },
  { key: 'shadow', label: 'shadow failed' },
  { key: 'primary', label: 'primary failed' },
  { key: 'skipped', label: 'skipped' },
] as const;

export type Group = (typeof GROUPS)[number]['key'];

export function groupOf(ending: Ending): Group {
  if (ending.startsWith('skipped:')) return 'skipped';
  if (ending.startsWith('shadow_')) return 'shadow';
  return ending === 'primary_failed' ? 'primary' : (ending as Group);
}

export function grouped(outcomes: Counted): Readonly<Record<Group, number>> {
  const sums = { match: 0, noise: 0, accepted: 0, mismatch: 0, shadow: 0, primary: 0, skipped: 0 };
  for (const { ending, count: one } of outcomes) sums[groupOf(ending)] += one;
  return sums;
}

/** Shares of the outcomes as one bar. Drawn, not styled: the page's security policy allows no style attributes. */
export function bar(outcomes: Counted): Html {
  const sums = grouped(outcomes);
  const whole = Object.values(sums).reduce((sum, one) => sum + one, 0);
  let left = 0;
  const parts = GROUPS.filter(({ key }) => sums[key] > 0).map(({ key, label }) => {
    const width = (1000 * sums[key]) / whole;
    const part = html`<rect class="${key}" x="${left}" width="${width}" height="10"><title>${label}: ${count(sums[key])} (${share(sums[key], whole)})</title></rect>`;
    left += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="Shares of the outcomes">${parts}</svg>`;
}
