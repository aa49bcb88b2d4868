/**
 * Groups signatures into causes: one row for what a person would count as one.
 *
 * A signature names everything that differed in one exchange. What a new framework changes everywhere is therefore in
 * every signature, together with changes of the endpoint itself. So signatures are taken apart, place by place:
 * - a field that is computed from a changed body is listed under that change, and is not a cause;
 * - a change of status comes with another body. Both are one cause, on all routes where the body changed in the same
 * way;
 * - places that are in the same signatures are one cause, on all routes of these. With enough signatures, so are
 * places that are nearly always together, unless a value differs: two wrong values may be two mistakes.
 * Services are treated separately: each has its own shadow.
 */
import { placeKey } from '../compare/collapse.ts';
import { bySeverity, SEVERITIES, severityOf } from '../compare/severity.ts';
import { compareText } from '../lib/text-order.ts';
import type { Place } from '../model/difference.ts';
import type { Ending } from '../model/outcome.ts';
import { type RepeatCounts, type Repeated, sumOfRepeats } from '../model/repeat.ts';
import type { StoredSignature } from '../model/store-reader.ts';
import { anatomyOf, isBody, type Part } from './anatomy.ts';
import { changesOfStatus } from './changes-of-status.ts';
import { placesTogether } from './places-together.ts';

export interface Cause {
  readonly service: string;
  readonly ending: Ending;
  /** Exchanges that show it. An exchange with several causes counts for each of them. */
  readonly count: number;
  /**
   * The most severe first, each with the number of exchanges in which it differs. Empty if the shadow gave no
   * response.
   */
  readonly places: readonly (Place & { readonly count: number })[];
  /** Fields that differ because they are computed from the body. */
  readonly follows: readonly Place[];
  /**
   * Places of other causes in exchanges that show this one, with how many of these exchanges: the most frequent, a few.
   */
  readonly beside: readonly (Place & { readonly count: number })[];
  /** The pairs of status codes, the most frequent first; 0 if that leg gave no response. */
  readonly statuses: readonly StatusPair[];
  /** The routes that show it, the most frequent first. */
  readonly routes: readonly CauseRoute[];
  /** Milliseconds since 1970: when its signatures were seen. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Results of repeated requests of its signatures; absent: none was repeated. */
  readonly repeated?: Repeated;
}

export interface StatusPair {
  readonly primary: number;
  readonly shadow: number;
}

export interface CauseRoute {
  readonly route: string;
  readonly count: number;
  /** Ids. The first one shows the cause best: with most of its places and few others. */
  readonly signatures: readonly string[];
}

/** Signatures taken apart: for each cause, its places in each of them. */
export type Groups = readonly (readonly Part[])[];

/** Of the causes of these signatures, whose order does not matter. */
export function groupedByCause(signatures: readonly StoredSignature[]): Groups {
  const sorted = [...signatures].sort((a, b) => compareText(a.id, b.id));
  const alike = Map.groupBy(sorted, ({ service, ending }) => JSON.stringify([service, ending]));
  return [...alike.values()].flatMap(groupsOf);
}

/**
 * The most severe first, then the most frequent.
 *
 * @param shown only these signatures are told and counted; what belongs together shows over all of them
 */
export function causesIn(groups: Groups, shown: (row: StoredSignature) => boolean = () => true): readonly Cause[] {
  return groups
    .map((parts) => parts.filter(({ of }) => shown(of.row)))
    .filter((parts) => parts.length > 0)
    .map(causeOf)
    .sort(compareCauses);
}

/** Of one service and one ending. Signatures without places only have their ending, and are one cause. */
function groupsOf(rows: readonly StoredSignature[]): Groups {
  const [placed, bare] = [
    rows.filter(({ places }) => places.length > 0),
    rows.filter(({ places }) => places.length === 0),
  ];
  const anatomies = placed.map(anatomyOf);
  const { changes, shared } = changesOfStatus(anatomies);
  return [
    ...changes,
    ...placesTogether(shared),
    ...(bare.length === 0 ? [] : [bare.map((row) => ({ of: anatomyOf(row), places: [] }))]),
  ];
}

function causeOf(parts: readonly Part[]): Cause {
  const rows = parts.map(({ of }) => of.row);
  const repeated = repeatedOf(rows);
  return {
    service: rows[0]!.service,
    ending: rows[0]!.ending,
    count: sum(rows),
    places: placesOf(parts),
    follows: followsOf(parts),
    beside: besideOf(parts),
    statuses: statusesOf(rows),
    routes: routesOf(parts),
    firstSeen: Math.min(...rows.map(({ firstSeen }) => firstSeen)),
    lastSeen: Math.max(...rows.map(({ lastSeen }) => lastSeen)),
    ...(repeated && { repeated }),
  };
}

/** One persistent signature is enough: others may be gone for reasons of their own. */
function repeatedOf(rows: readonly StoredSignature[]): Repeated | undefined {
  const all = rows.flatMap(({ repeated }) => repeated ?? []);
  if (all.length === 0) return undefined;
  const label = all.some((each) => each.label === 'persistent') ? 'persistent' : 'transient';
  return { ...all.reduce<RepeatCounts>(sumOfRepeats, { persistent: 0, transient: 0 }), label };
}

function placesOf(parts: readonly Part[]): Cause['places'] {
  const places = counted(parts, ({ places }) => places);
  return places.sort((a, b) => bySeverity(a, b) || compareText(placeKey(a), placeKey(b)));
}

/** So many are enough to see what else there is. */
const MOST_BESIDE = 5;

function besideOf(parts: readonly Part[]): Cause['beside'] {
  const own = new Set(parts.flatMap(({ places }) => places.map(placeKey)));
  const beside = counted(parts, ({ of: { row, follows } }) =>
    row.places.filter((place) => !own.has(placeKey(place)) && !follows.includes(place)),
  );
  return beside.sort((a, b) => b.count - a.count || compareText(placeKey(a), placeKey(b))).slice(0, MOST_BESIDE);
}

/** Some places of each part, with the number of exchanges in which each differs. */
function counted(
  parts: readonly Part[],
  some: (part: Part) => readonly Place[],
): (Place & { readonly count: number })[] {
  const places = new Map<string, Place & { count: number }>();
  for (const part of parts) {
    for (const { path, kind } of some(part)) {
      const key = placeKey({ path, kind });
      const known = places.get(key);
      if (known === undefined) places.set(key, { path, kind, count: part.of.row.count });
      else known.count += part.of.row.count;
    }
  }
  return [...places.values()];
}

/** They follow every cause that changes the body. */
function followsOf(parts: readonly Part[]): readonly Place[] {
  const follows = parts.flatMap(({ of, places }) => (places.some(isBody) ? of.follows : []));
  return [...new Map(follows.map(({ path, kind }) => [placeKey({ path, kind }), { path, kind }])).entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, place]) => place);
}

function statusesOf(rows: readonly StoredSignature[]): readonly StatusPair[] {
  const pairs = Map.groupBy(rows, ({ primaryStatus, shadowStatus }) => `${primaryStatus} ${shadowStatus}`);
  return [...pairs.values()]
    .sort(
      (a, b) => sum(b) - sum(a) || a[0]!.primaryStatus - b[0]!.primaryStatus || a[0]!.shadowStatus - b[0]!.shadowStatus,
    )
    .map(([first]) => ({ primary: first!.primaryStatus, shadow: first!.shadowStatus }));
}

function routesOf(parts: readonly Part[]): readonly CauseRoute[] {
  return [...Map.groupBy(parts, ({ of }) => of.row.route)]
    .map(([route, here]) => ({
      route,
      count: sum(here.map(({ of }) => of.row)),
      signatures: [...here].sort(byClarity).map(({ of }) => of.row.id),
    }))
    .sort((a, b) => b.count - a.count || compareText(a.route, b.route));
}

function byClarity(a: Part, b: Part): number {
  const beside = ({ of, places }: Part) => of.row.places.length - places.length;
  return b.places.length - a.places.length || beside(a) - beside(b) || b.of.row.count - a.of.row.count;
}

function compareCauses(a: Cause, b: Cause): number {
  return rankOf(a) - rankOf(b) || b.count - a.count || compareText(nameOf(a), nameOf(b));
}

function rankOf({ places: [first] }: Cause): number {
  return first === undefined ? SEVERITIES.length : SEVERITIES.indexOf(severityOf(first));
}

function nameOf({ places, routes, ending, service }: Cause): string {
  return [...places.map(placeKey), ...routes.map(({ route }) => route), ending, service].join('\n');
}

function sum(rows: readonly StoredSignature[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}
