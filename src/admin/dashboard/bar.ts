import { count, share } from '../../lib/figures.ts';
import type { Summary } from '../../model/store-reader.ts';
import { groupOutcomes, OUTCOME_GROUPS } from '../../results/outcome-groups.ts';
import { type Html, html } from './html.ts';

/** Shares of the outcomes as one bar. It is an SVG, because the page's security policy allows no style attributes. */
export function bar(outcomes: Summary['outcomes']): Html {
  const sums = groupOutcomes(outcomes);
  const whole = Object.values(sums).reduce((sum, one) => sum + one, 0);
  let left = 0;
  const groups = OUTCOME_GROUPS.filter((group) => sums[group] > 0);
  const parts = groups.map((group) => {
    const width = (1000 * sums[group]) / whole;
    const part = html`<rect class="${group}" x="${left}" width="${width}" height="10"><title>${group} ${count(sums[group])} (${share(sums[group], whole)})</title></rect>`;
    left += width;
    return part;
  });
  const spoken = groups.map((group) => `${group} ${share(sums[group], whole)}`).join(', ') || 'none yet';
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="Outcomes: ${spoken}">${parts}</svg>`;
}
