import { placeKey } from '../compare/collapse.ts';
import type { Place } from '../model/difference.ts';
import { type Anatomy, isBody, type Part } from './anatomy.ts';

/** In so many other signatures a difference of the content shows that it is none of the changed status. */
const SHOWN_ELSEWHERE = 2;

export interface Separated {
  /** By cause. */
  readonly changes: readonly (readonly Part[])[];
  /** What else the signatures have, which may be common to many. */
  readonly shared: readonly Part[];
}

/**
 * Separates changes of status, with the other bodies that they bring, from what differs without them as well. They are
 * one cause where route and status pair are the same; where the pair is, and the shadow's body came to be another in the
 * same way, whatever the primary's was; and where the route is, and all of the content.
 */
export function changesOfStatus(anatomies: readonly Anatomy[]): Separated {
  const elsewhere = new Map<string, number>();
  const plain = anatomies.filter(({ status }) => status.length === 0);
  for (const { content, fields } of plain) {
    for (const place of [...content, ...fields]) {
      elsewhere.set(placeKey(place), (elsewhere.get(placeKey(place)) ?? 0) + 1);
    }
  }
  const shownIn = (place: Place) => elsewhere.get(placeKey(place)) ?? 0;
  const shared: Part[] = plain.map((of) => ({ of, places: [...of.content, ...of.fields] }));
  const changes: Part[] = [];
  for (const of of anatomies.filter(({ status }) => status.length > 0)) {
    const { status, content, fields } = of;
    const common = fields.filter((place) => shownIn(place) > 0);
    if (content.every((place) => shownIn(place) >= SHOWN_ELSEWHERE)) common.push(...content);
    if (common.length > 0) shared.push({ of, places: common });
    changes.push({ of, places: [...status, ...[...content, ...fields].filter((place) => !common.includes(place))] });
  }
  return { changes: connected(changes), shared };
}

/** Joins all that have a key in common, be it over others. */
function connected(changes: readonly Part[]): readonly (readonly Part[])[] {
  const groups = new Set<Part[]>();
  const byKey = new Map<string, Part[]>();
  for (const change of changes) {
    const keys = keysOf(change);
    const group = [change];
    for (const other of new Set(keys.map((key) => byKey.get(key)))) {
      if (other === undefined) continue;
      group.unshift(...other);
      groups.delete(other);
    }
    groups.add(group);
    for (const part of group) for (const key of keysOf(part)) byKey.set(key, group);
  }
  return [...groups];
}

function keysOf({ of: { row }, places }: Part): readonly string[] {
  const { route, primaryStatus, shadowStatus } = row;
  const pair = [primaryStatus, shadowStatus];
  const body = places.filter(isBody);
  return [
    ['route and pair', route, ...pair],
    ['pair and change', ...pair, ...changeOf(body)],
    ['route and content', route, ...body.map(placeKey)],
  ].map((key) => JSON.stringify(key));
}

/** What the shadow's body has. What is only missing in it says what the primary's was: that differs by the route. */
function changeOf(body: readonly Place[]): readonly string[] {
  const has = body.filter(({ kind }) => kind !== 'removed');
  if (has.length === 0) return body.length === 0 ? [] : ['removed'];
  return [...new Set(has.map(placeInShadow))].sort();
}

/** Of lines and pages that have nothing in common it is chance which of their parts differ. */
function placeInShadow(place: Place): string {
  if (place.path === 'line') return 'line';
  return place.path.startsWith('$.html') ? '$.html' : placeKey(place);
}
