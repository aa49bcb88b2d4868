import { type Content, type Html, html } from './html.ts';

/** A table that scrolls by itself on a narrow screen, also with the keyboard. */
export function table(name: string, head: Html, rows: readonly Content[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table>
<thead>${head}</thead>
<tbody>${rows}</tbody>
</table></div>`;
}
