import { placeKey } from '../compare/collapse.ts';
import { severityOf } from '../compare/severity.ts';
import type { Place } from '../model/difference.ts';
import type { Anatomy, Part } from './anatomy.ts';

/** Two bundles are nearly always together if this share of the signatures with either of them has both. */
const NEARLY_ALWAYS = 0.75;
/** With fewer signatures than this, each exception counts. */
const ENOUGH_SIGNATURES = 5;

/** Sums of the same weights in another order may differ by less than this share. */
const ROUNDED = 1 - 1e-9;

/** Places that are in exactly the same signatures. */
interface Bundle {
  readonly places: readonly Place[];
  readonly aspect: 'fields' | 'content';
  readonly in: ReadonlySet<Anatomy>;
  /** Of these signatures. */
  readonly weight: number;
  /** Whether none of the places is a value. */
  readonly loose: boolean;
}

/**
 * Groups places by cause: places in the same signatures, or nearly the same, have one cause. If they are of several
 * routes, header fields and bodies are separate causes.
 */
export function placesTogether(parts: readonly Part[]): readonly (readonly Part[])[] {
  const weigh = weightsOf(parts);
  const bundles = bundlesOf(parts, weigh).sort(
    (a, b) =>
      b.places.length - a.places.length ||
      b.weight - a.weight ||
      (placeKey(a.places[0]!) < placeKey(b.places[0]!) ? -1 : 1),
  );
  const causes: [Bundle, ...Bundle[]][] = [];
  /** By signature, in ascending order, the causes whose first bundle is in it: no other can be joined. */
  const sharing = new Map<Anatomy, number[]>();
  for (const bundle of bundles) {
    const candidates = bundle.loose ? [...new Set([...bundle.in].flatMap((of) => sharing.get(of) ?? []))] : [];
    const joined = candidates.sort((a, b) => a - b).find((at) => nearlyTogether(causes[at]![0], bundle, weigh));
    if (joined !== undefined) {
      causes[joined]!.push(bundle);
      continue;
    }
    const at = causes.push([bundle]) - 1;
    if (!bundle.loose) continue;
    for (const of of bundle.in) {
      const known = sharing.get(of);
      if (known === undefined) sharing.set(of, [at]);
      else known.push(at);
    }
  }
  return causes.map(partsOf);
}

function bundlesOf(parts: readonly Part[], weigh: Weigh): Bundle[] {
  const found = new Map<string, { place: Place; of: Anatomy[] }>();
  for (const { of, places } of parts) {
    for (const place of places) {
      const key = placeKey(place);
      const known = found.get(key);
      if (known === undefined) found.set(key, { place, of: [of] });
      else known.of.push(of);
    }
  }
  const bundles = Map.groupBy(found.values(), ({ place, of }) => {
    const routes = new Set(of.map(({ row }) => row.route));
    return JSON.stringify([routes.size > 1 ? aspectOf(place, of[0]!) : '', ...of.map(({ row }) => row.id)]);
  });
  return [...bundles.values()].map((together) => {
    const [{ place, of }] = together as [(typeof together)[number]];
    const places = together.map((each) => each.place);
    const signatures = new Set(of);
    const weight = weigh(signatures);
    return { places, aspect: aspectOf(place, of[0]!), in: signatures, weight, loose: places.every(isLoose) };
  });
}

function aspectOf(place: Place, { fields }: Anatomy): Bundle['aspect'] {
  return fields.includes(place) ? 'fields' : 'content';
}

function isLoose(place: Place): boolean {
  return place.kind === 'header' || severityOf(place) !== 'value';
}

function nearlyTogether(one: Bundle, other: Bundle, weigh: Weigh): boolean {
  if (one.aspect !== other.aspect || !one.loose || !other.loose) return false;
  if (one.in.size + other.in.size < ENOUGH_SIGNATURES) return false;
  // Both are in no more signatures than the lighter, and either in no fewer than the heavier. Most pairs end here.
  const [lighter, heavier] = [Math.min(one.weight, other.weight), Math.max(one.weight, other.weight)];
  if (lighter < NEARLY_ALWAYS * heavier * ROUNDED) return false;
  const both = new Set([...one.in].filter((of) => other.in.has(of)));
  const either = new Set([...one.in, ...other.in]);
  if (either.size < ENOUGH_SIGNATURES) return false;
  return weigh(both) >= NEARLY_ALWAYS * weigh(either);
}

type Weigh = (signatures: ReadonlySet<Anatomy>) => number;

/** Every route has the same weight, and each of its signatures a weight by its exchanges. */
function weightsOf(parts: readonly Part[]): Weigh {
  const ofRoutes = new Map<string, number>();
  for (const { row } of new Set(parts.map(({ of }) => of))) {
    ofRoutes.set(row.route, (ofRoutes.get(row.route) ?? 0) + row.count);
  }
  return (signatures) => {
    let weight = 0;
    for (const { row } of signatures) weight += row.count / (ofRoutes.get(row.route) || 1);
    return weight;
  };
}

/** The places of these bundles, by signature. */
function partsOf(bundles: readonly Bundle[]): readonly Part[] {
  const places = new Map<Anatomy, Place[]>();
  for (const bundle of bundles) {
    for (const of of bundle.in) {
      const known = places.get(of);
      if (known === undefined) places.set(of, [...bundle.places]);
      else known.push(...bundle.places);
    }
  }
  return [...places].map(([of, its]) => ({ of, places: its }));
}
