import { count } from '../../lib/figures.ts';
import type { RuleRow } from '../../model/store-reader.ts';
import { doubtInWords, ruleState } from '../../results/rule-state.ts';
import { type Content, html } from './html.ts';
import { table } from './table.ts';

/** Which rules are of use, and which a person should look at. Nothing where there are none. `now` in milliseconds since 1970. */
export function ruleTable(rules: readonly RuleRow[], now: number): Content {
  if (rules.length === 0) return undefined;
  const rows = rules.map((rule) => {
    const { hits, origin } = rule;
    const state = ruleState(rule, now);
    return html`<tr><td class="number ${hits === 0 && 'zero'}">${count(hits)}<td><code>${rule.rule}</code><td>${origin}<td>${state !== 'in_use' && html`<span class="pill bad">${doubtInWords(rule, state)}</span>`}`;
  });
  return html`<h2>Rules</h2>${table('Rules', html`<tr><th class="number">hits<th>rule<th>written in<th>`, rows)}`;
}
