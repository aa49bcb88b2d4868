import { count } from '../../lib/figures.ts';
import { groupOutcomes, OUTCOME_GROUPS } from '../../results/outcome-groups.ts';
import { unmirroredInWords } from '../../results/service-words.ts';
import type { ServiceResults } from '../../results/services.ts';
import { bar } from './bar.ts';
import { type Content, type Html, html } from './html.ts';
import { overviewLink } from './links.ts';
import { table } from './table.ts';

/** Each service as a whole, if there are several, and services of which nothing is compared. */
export function serviceTable(services: readonly ServiceResults[]): Content {
  const unmirrored = services.map((each) => {
    const why = unmirroredInWords(each);
    return why !== undefined && html`<p>${why}</p>`;
  });
  if (services.length < 2) return unmirrored;
  const rows = services.map(
    ({ service, ...counted }) =>
      html`<tr><td class="name"><a href="${overviewLink({ service })}">${service}</a>${outcomeCells(counted)}`,
  );
  return html`<h2>Services</h2>${unmirrored}${table('Services', html`<tr><th>service${OUTCOME_TITLES}`, rows)}`;
}

/** For a row with requests and outcomes. */
export const OUTCOME_TITLES: Html = html`<th class="number">requests${OUTCOME_GROUPS.map((group) => html`<th class="number">${group}`)}<th class="wide">`;

export function outcomeCells({ requests, outcomes }: Pick<ServiceResults, 'requests' | 'outcomes'>): Html {
  const sums = groupOutcomes(outcomes);
  return html`<td class="number">${count(requests)}${OUTCOME_GROUPS.map(
    (group) => html`<td class="number ${sums[group] === 0 && 'zero'}">${count(sums[group])}`,
  )}<td class="wide">${bar(outcomes)}`;
}
