import { count } from '../../lib/figures.ts';
import type { RedactionRow } from '../../model/store-reader.ts';
import { hint, namesInWords } from '../../results/redactions.ts';
import { type Content, html } from './html.ts';
import { table } from './table.ts';

/** What each rule hid, and how to show it. Nothing if nothing was hidden. */
export function redactionTable(redactions: readonly RedactionRow[]): Content {
  if (redactions.length === 0) return undefined;
  const rows = redactions.map(
    (row) => html`<tr><td class="number">${count(row.count)}<td><code>${row.rule}</code><td>${namesInWords(row)}`,
  );
  return html`<h2>Hidden values</h2>${table('Hidden values', html`<tr><th class="number">values<th>rule<th>names`, rows)}<p class="faint">${hint(redactions)}</p>`;
}
