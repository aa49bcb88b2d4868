/**
 * Where the reader is: the URL is the page's state, so that any view can be linked to, and the back button goes one
 * view back.
 */
import { DEFAULT_SERVICE } from '../../../model/service.ts';
import { Observable, useObserved } from '../data/observable.ts';

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** What all pages have in common, and links between them keep. */
const KEPT = ['service', 'rehearsal', 'range', 'from', 'to'];

/** Changed parameters of a query; undefined or '' removes one. */
export type Changes = Readonly<Record<string, string | number | undefined>>;

const place = new Observable<Place>(read());

export function startLocation(): void {
  window.addEventListener('popstate', () => {
    place.value = read();
  });
}

export function usePlace(): Place {
  return useObserved(place);
}

/** The URL of a page, with what is kept of the present query. `segments`: decoded parts of the path. */
export function link(segments: readonly string[], changes: Changes = {}): string {
  const kept = new URLSearchParams();
  for (const name of KEPT) {
    const value = place.value.query.get(name);
    if (value !== null) kept.set(name, value);
  }
  return `/${segments.map(encodeURIComponent).join('/')}${searchOf(kept, changes)}`;
}

/** What a link to something of this service changes: the one service of a short configuration is not named. */
export function ofService(service: string): Changes {
  return { service: service === DEFAULT_SERVICE ? undefined : service };
}

/** The URL of the present page with another query. */
export function here(changes: Changes): string {
  return place.value.path + searchOf(new URLSearchParams(place.value.query), changes);
}

/**
 * The same of another service, rehearsal or time: what only means something among the former results, such as a page of
 * a table or an example, is left out.
 */
export function rescoped(changes: Changes): string {
  return here({ offset: undefined, example: undefined, ...changes });
}

/** `replace`: the back button passes over the present view, as while a filter is typed. */
export function go(url: string, { replace = false } = {}): void {
  if (url === location.pathname + location.search) return;
  const former = place.value.path;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  place.value = read();
  if (place.value.path !== former) {
    window.scrollTo(0, 0);
    announcePage();
  }
}

/** Links inside of the page need no load; others, and those that a reader opens elsewhere, are the browser's. */
export function followLinks(event: MouseEvent): void {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  ) {
    return;
  }
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (anchor === null || anchor.origin !== location.origin || anchor.target !== '' || anchor.hasAttribute('download')) {
    return;
  }
  if (anchor.hash !== '' || anchor.pathname.startsWith('/api/')) return;
  event.preventDefault();
  go(anchor.pathname + anchor.search);
}

function read(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

function searchOf(query: URLSearchParams, changes: Changes): string {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** Readers of the screen learn of the new page by its heading. */
function announcePage(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }));
}
