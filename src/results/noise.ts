import { placeKey } from '../compare/collapse.ts';
import { proposeRules } from '../compare/proposals/propose.ts';
import type { Place } from '../model/difference.ts';
import type { Scope, StoredSignature, StoreReader, TimeWindow } from '../model/store-reader.ts';

/** What differs by itself on one route, as the control or the calibration has shown. */
export interface RouteNoise {
  readonly service: string;
  readonly route: string;
  /** Exchanges in which only noise differed. */
  readonly count: number;
  /** The most frequent first, each with the exchanges in which it differed. */
  readonly places: readonly (Place & { readonly count: number })[];
  /** Rules that would accept it, as YAML; absent if no example is left to test them. */
  readonly proposal?: string;
}

export interface NoiseQuery {
  readonly route?: string;
  readonly window?: TimeWindow;
  readonly scope?: Scope;
}

type NoiseReader = Pick<StoreReader, 'signatures' | 'signature'>;

/** How many signatures, and examples per route, are read. */
const MOST_SIGNATURES = 1_000;
const MOST_EXAMPLES = 12;

/** The routes with most noise first. */
export async function readNoise(reader: NoiseReader, query: NoiseQuery): Promise<readonly RouteNoise[]> {
  const signatures = await reader.signatures({ ...query, endings: ['noise'], limit: MOST_SIGNATURES });
  const routes = [...Map.groupBy(signatures, ({ service, route }) => JSON.stringify([service, route])).values()];
  const noise = await Promise.all(routes.map((rows) => noiseOf(reader, rows, query.scope)));
  return noise.sort((a, b) => b.count - a.count);
}

async function noiseOf(
  reader: NoiseReader,
  rows: readonly StoredSignature[],
  scope: Scope | undefined,
): Promise<RouteNoise> {
  const { service, route } = rows[0]!;
  const proposal = proposeRules(await examplesOf(reader, rows, { ...scope, service }));
  return {
    service,
    route,
    count: rows.reduce((sum, { count }) => sum + count, 0),
    places: placesOf(rows),
    ...(proposal !== undefined && { proposal }),
  };
}

/** The examples of the most frequent signatures, as many as are useful. */
async function examplesOf(reader: NoiseReader, rows: readonly StoredSignature[], scope: Scope) {
  const examples = [];
  for (const { id } of rows) {
    if (examples.length >= MOST_EXAMPLES) break;
    examples.push(...((await reader.signature(id, scope))?.examples ?? []));
  }
  return examples.slice(0, MOST_EXAMPLES);
}

function placesOf(rows: readonly StoredSignature[]): RouteNoise['places'] {
  const places = new Map<string, Place & { count: number }>();
  for (const { places: its, count } of rows) {
    for (const { path, kind } of its) {
      const key = placeKey({ path, kind });
      places.set(key, { path, kind, count: count + (places.get(key)?.count ?? 0) });
    }
  }
  return [...places.values()].sort((a, b) => b.count - a.count || (placeKey(a) < placeKey(b) ? -1 : 1));
}
