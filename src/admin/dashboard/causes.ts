import { count, plural } from '../../lib/figures.ts';
import type { Cause, CauseRoute } from '../../results/causes.ts';
import { statusesInWords } from '../../results/difference-words.ts';
import { endingInWords } from '../../results/outcome-groups.ts';
import { type ExpectedCause, expectationInWords, type OpenCause, reopeningInWords } from '../../results/triage.ts';
import { type Content, type Html, html } from './html.ts';
import { signatureLink } from './links.ts';
import { placeItem } from './places.ts';
import { table } from './table.ts';
import { time } from './time.ts';

const SHOWN_CAUSES = 100;
const SHOWN_PLACES = 4;
const SHOWN_ROUTES = 3;

/**
 * A row for each cause, with its routes, which link to the signatures. `name`: the title of the table. `several`:
 * there are several services.
 */
export function causeTable(
  name: string,
  causes: readonly (Cause | OpenCause | ExpectedCause)[],
  several: boolean,
): Content {
  if (causes.length === 0) return html`<p class="faint">None.</p>`;
  return [
    causes.length > SHOWN_CAUSES &&
      html`<p class="faint">The first ${SHOWN_CAUSES} of ${count(causes.length)}, the most severe.</p>`,
    table(
      name,
      html`<tr><th class="number">count<th>places${several && html`<th>service`}<th>routes<th>outcome<th>status<th>last seen (UTC)`,
      causes
        .slice(0, SHOWN_CAUSES)
        .map(
          (cause) =>
            html`<tr><td class="number">${count(cause.count)}<td>${said(cause)}${placeList(cause)}${several && html`<td>${cause.service}`}<td class="name">${routeList(cause, several)}<td>${endingInWords(cause.ending)}<td class="status">${statuses(cause)}<td>${time(cause.lastSeen)}`,
        ),
    ),
  ];
}

function said(cause: Cause | OpenCause | ExpectedCause): Content {
  if ('reason' in cause) return html`<p>${expectationInWords(cause)}</p>`;
  return (
    'reopened' in cause && cause.reopened && html`<p class="again">Open again: ${reopeningInWords(cause.reopened)}</p>`
  );
}

/** Further ones can be expanded. */
function placeList({ places, follows, count: times }: Cause): Content {
  const items = [
    ...places.map((place) =>
      placeItem(
        place,
        place.count < times && html` <span class="faint">${count(place.count)} of ${count(times)}</span>`,
      ),
    ),
    ...follows.map(({ path }) => html`<li><code>${path}</code> <span class="faint">follows from the body</span>`),
  ];
  return openable(items, SHOWN_PLACES, 'more place');
}

function routeList({ service, routes }: Cause, several: boolean): Content {
  const items = routes.map((route) => routeItem(route, several ? { service } : {}));
  return openable(items, SHOWN_ROUTES, 'more route');
}

function routeItem({ route, count: times, signatures }: CauseRoute, of: { readonly service?: string }): Html {
  const [first, ...others] = signatures.map((id) => signatureLink(id, of));
  return html`<li><a href="${first}">${route}</a> <span class="faint">${count(times)}</span>${others.map(
    (href, at) => html` <a href="${href}">${at + 2}</a>`,
  )}`;
}

function openable(items: readonly Html[], shown: number, what: string): Content {
  const rest = items.slice(shown);
  return [
    items.length > 0 && html`<ul>${items.slice(0, shown)}</ul>`,
    rest.length > 0 && html`<details><summary>${plural(rest.length, what)}</summary><ul>${rest}</ul></details>`,
  ];
}

function statuses({ statuses: pairs }: Cause): string {
  return pairs.map(({ primary, shadow }) => statusesInWords(primary, shadow)).join(', ');
}
