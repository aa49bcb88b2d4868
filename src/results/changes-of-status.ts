import { placeKey } from '../compare/collapse.ts';
import type { Place } from '../model/difference.ts';
import { type Anatomy, isBody, type Part } from './anatomy.ts';

/** A difference of the content that is in this many other signatures is not caused by the changed status. */
const SHOWN_ELSEWHERE = 2;

export interface Separated {
  /** The changes of status, by cause. */
  readonly changes: readonly (readonly Part[])[];
  /** Other differences in these signatures, which may be common to many. */
  readonly shared: readonly Part[];
}

/**
 * Separates changes of status, with the bodies that they bring, from differences that occur without them. Two changes
 * of status are one cause if one of these is equal: the route and the status pair; the status pair and the way in
 * which the shadow's body changed, whatever the primary's body was; the route and the places of the body.
 */
export function changesOfStatus(anatomies: readonly Anatomy[]): Separated {
  const plain = anatomies.filter(({ status }) => status.length === 0);
  const shared: Part[] = plain.map((of) => ({ of, places: [...of.content, ...of.fields] }));
  if (plain.length === anatomies.length) return { changes: [], shared };
  const elsewhere = new Map<string, number>();
  for (const { places } of shared) {
    for (const place of places) {
      const key = placeKey(place);
      elsewhere.set(key, (elsewhere.get(key) ?? 0) + 1);
    }
  }
  const shownIn = (place: Place) => elsewhere.get(placeKey(place)) ?? 0;
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

/** Joins the changes that have a key in common, directly or through others. */
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

/** The places that the shadow's body has. Missing places describe the primary's body, which differs by route. */
function changeOf(body: readonly Place[]): readonly string[] {
  const has = body.filter(({ kind }) => kind !== 'removed');
  if (has.length === 0) return body.length === 0 ? [] : ['removed'];
  return [...new Set(has.map(placeInShadow))].sort();
}

/** Which parts of two unrelated texts or pages differ is chance, so they count as one place. */
function placeInShadow(place: Place): string {
  if (place.path === 'line') return 'line';
  return place.path.startsWith('$.html') ? '$.html' : placeKey(place);
}
