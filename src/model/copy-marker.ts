/**
 * The header that marks a copy, so that a copy that comes back is recognized. In lower case. A copy of a copy names the
 * proxies that copied it, the first one first, as a list: `a, b`.
 */
export const COPY_MARKER = 'x-understudy-copy';

/** A request that was copied by this many proxies is copied no more, so that no circle of proxies goes on forever. */
const MOST_COPIES = 8;

/** The value of the header for a copy. `before`: the value with which the request came, if any. */
export function addMarker(before: string | undefined, marker: string): string {
  return before === undefined ? marker : `${before}, ${marker}`;
}

/** Whether a request with this value was copied by the proxy of this marker, or by too many. */
export function hasCirculated(value: string, marker: string): boolean {
  const markers = value.split(',');
  return markers.length >= MOST_COPIES || markers.some((each) => each.trim() === marker);
}
