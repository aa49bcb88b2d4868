import type { Place } from '../../model/difference.ts';
import type { SignatureRow } from '../../model/finding.ts';
import { type Content, type Html, html } from './html.ts';

/** Primary and shadow; a leg without a response has a dash. */
export function statusPair({ primaryStatus, shadowStatus }: SignatureRow): string {
  return `${primaryStatus || '–'} → ${shadowStatus || '–'}`;
}

export function places(all: readonly Place[]): Html {
  return html`<ul>${all.map((place) => placeItem(place))}</ul>`;
}

/** `aside`: what else there is to say of the place. */
export function placeItem({ path, kind }: Place, aside?: Content): Html {
  return html`<li><span class="kind">${kind}</span> <code>${path}</code>${aside}`;
}
