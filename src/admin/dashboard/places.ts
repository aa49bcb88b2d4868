import type { Place } from '../../model/difference.ts';
import type { SignatureRow } from '../../model/finding.ts';
import { type Html, html } from './html.ts';

/** Primary and shadow; a leg without a response has a dash. */
export function statusPair({ primaryStatus, shadowStatus }: SignatureRow): string {
  return `${primaryStatus || '–'} → ${shadowStatus || '–'}`;
}

export function places(all: readonly Place[], most = all.length): Html {
  const more = all.length - most;
  return html`<ul>${all.slice(0, most).map(({ path, kind }) => html`<li><span class="kind">${kind}</span> <code>${path}</code>`)}${
    more > 0 && html`<li class="faint">and ${more} more`
  }</ul>`;
}
