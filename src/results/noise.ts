import { placeKey } from '../compare/collapse.ts';
import { proposalText } from '../compare/proposals/proposal-text.ts';
import type { Place } from '../model/difference.ts';
import type { LearnedPlace } from '../model/finding.ts';
import type { Scope, StoredExchange, StoredSignature, StoreReader, TimeWindow } from '../model/store-reader.ts';
import { type Asked, type ScopeReader, scopeMeant } from './scope.ts';

/** What differs by itself on one route, as the control or the calibration has shown. */
export interface RouteNoise {
  readonly service: string;
  readonly route: string;
  /** Exchanges in which only noise differed. */
  readonly count: number;
  /** The most frequent first, each with the exchanges in which it differed. */
  readonly places: readonly (Place & { readonly count: number })[];
  /** How production looks at these places, as it was known when the newest example with the place was judged. */
  readonly learned: readonly LearnedPlace[];
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

/** Throws `usage` if there is no such service or rehearsal. */
export async function readNoiseMeant(
  reader: NoiseReader & ScopeReader,
  { service, rehearsal, ...query }: Omit<NoiseQuery, 'scope'> & Asked,
): Promise<readonly RouteNoise[]> {
  return readNoise(reader, { ...query, scope: await scopeMeant(reader, { service, rehearsal }) });
}

async function noiseOf(
  reader: NoiseReader,
  rows: readonly StoredSignature[],
  scope: Scope | undefined,
): Promise<RouteNoise> {
  const { service, route } = rows[0]!;
  const examples = await examplesOf(reader, rows, { ...scope, service });
  const proposal = proposalText(examples);
  return {
    service,
    route,
    count: rows.reduce((sum, { count }) => sum + count, 0),
    places: placesOf(rows),
    learned: learnedIn(examples),
    ...(proposal !== undefined && { proposal }),
  };
}

/** The examples of the most frequent signatures, as many as are useful. */
async function examplesOf(reader: NoiseReader, rows: readonly StoredSignature[], scope: Scope) {
  const examples: StoredExchange[] = [];
  for (const { id } of rows) {
    if (examples.length >= MOST_EXAMPLES) break;
    examples.push(...((await reader.signature(id, scope))?.examples ?? []));
  }
  return examples.slice(0, MOST_EXAMPLES);
}

function learnedIn(examples: readonly StoredExchange[]): readonly LearnedPlace[] {
  const oldestFirst = examples.toSorted((a, b) => a.receivedAt - b.receivedAt);
  const byPlace = new Map(oldestFirst.flatMap(({ learned = [] }) => learned.map((place) => [placeKey(place), place])));
  return [...byPlace.values()];
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
