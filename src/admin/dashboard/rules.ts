import { count } from '../../lib/figures.ts';
import type { Results } from '../../results/results.ts';
import { doubtInWords } from '../../results/rule-state.ts';
import { type Content, html } from './html.ts';
import { table } from './table.ts';

/**
 * Which rules are used, and which need attention. Nothing if there are no rules. `several`: there are several
 * services.
 */
export function ruleTable(rules: Results['rules'], several: boolean): Content {
  if (rules.length === 0) return undefined;
  const rows = rules.map((rule) => {
    const { hits, origin, state, services } = rule;
    return html`<tr><td class="number ${hits === 0 && 'zero'}">${count(hits)}<td><code>${rule.rule}</code><td>${origin}${several && html`<td>${services.map(({ service }) => service).join(', ')}`}<td>${state !== 'in_use' && html`<span class="pill bad">${doubtInWords(rule, state)}</span>`}`;
  });
  return html`<h2>Rules</h2>${table('Rules', html`<tr><th class="number">hits<th>rule<th>written in${several && html`<th>services`}<th>`, rows)}`;
}
