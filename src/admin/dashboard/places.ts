import type { Place } from '../../model/difference.ts';
import { placeInWords } from '../../results/difference-words.ts';
import { type Content, type Html, html } from './html.ts';

export function places(all: readonly Place[]): Html {
  return html`<ul>${all.map((place) => placeItem(place))}</ul>`;
}

/** `aside`: further information about the place. */
export function placeItem(place: Place, aside?: Content): Html {
  const { what, differs } = placeInWords(place);
  return html`<li><code>${what}</code> <span class="kind">${differs}</span>${aside}`;
}
