/** Holds what a report shows against what was found by hand. */
import type { Cause } from './service.ts';

/** A row of the report, as `report --json` has it. */
export interface Row {
  readonly route: string;
  readonly places: readonly { readonly kind: string; readonly path: string }[];
}

export interface Verification {
  /** Causes of which nothing shows. */
  readonly missed: readonly string[];
  /** Places that no cause explains, with a route where they show. */
  readonly unexplained: readonly string[];
}

/** Fields that are made from the body: beside a changed body they are no cause of their own. */
const FOLLOWS_BODY = [
  'header.etag',
  'header.content-md5',
  'header.digest',
  'header.content-digest',
  'header.repr-digest',
];

export function verify(rows: readonly Row[], expected: readonly Cause[]): Verification {
  const shown = new Map<string, string>();
  for (const { route, places } of rows) {
    const bodyDiffers = places.some(({ path }) => path !== 'status' && !path.startsWith('header.'));
    for (const { kind, path } of places)
      if (!bodyDiffers || !FOLLOWS_BODY.includes(path)) shown.set(`${kind} ${path}`, route);
  }
  const patterns = expected.flatMap(({ places }) => places);
  return {
    missed: expected
      .filter(({ places }) => !places.some((pattern) => [...shown.keys()].some((place) => fits(place, pattern))))
      .map(({ cause }) => cause),
    unexplained: [...shown]
      .filter(([place]) => !patterns.some((pattern) => fits(place, pattern)))
      .map(([place, route]) => `${place} (${route})`),
  };
}

function fits(place: string, pattern: string): boolean {
  return pattern.endsWith('*') ? place.startsWith(pattern.slice(0, -1)) : place === pattern;
}
