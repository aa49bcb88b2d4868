/** A store as large as a page must stay fluid with: a week, 200 routes, 10,000 signatures, and a rehearsal before. */
import { sketchBucket } from '../../src/lib/sketch.ts';
import { cell, ROUTE_CELLS, RouteCounts } from '../../src/metrics/layout.ts';
import type { Place } from '../../src/model/difference.ts';
import type { Evidence, SignatureFinding } from '../../src/model/finding.ts';
import { type Rehearsal, rehearsalId } from '../../src/model/rehearsal.ts';
import { DEFAULT_SERVICE } from '../../src/model/service.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../../src/model/verdict-settings.ts';
import { incrementOf } from '../../src/record/increment.ts';
import { SqliteStore } from '../../src/record/sqlite/store.ts';

const ROUTES = 200;
const SIGNATURES = 10_000;
/** The id of one of them. */
export const SIGNATURE = idOf(5);
const DAYS = 7;
const MINUTE = 60_000;
/** Minutes between two flushes: of the last two days, which are shown by minute, and before. */
const STEPS = { recent: 2, before: 10 } as const;
const ROUTES_A_FLUSH = 60;
const SIGNATURES_A_FLUSH = 40;

/** Writes a store up to a time, in milliseconds since 1970. */
export async function writeFixture(path: string, now: number): Promise<void> {
  const begun = now - DAYS * 1440 * MINUTE;
  const run = { id: 'fixture', startedAt: begun };
  const store = await SqliteStore.open({ path, run, now: () => now, warn: (message) => console.error(message) });
  const before: Rehearsal = {
    id: rehearsalId(DEFAULT_SERVICE, '1'),
    service: DEFAULT_SERVICE,
    version: '1',
    begunAt: begun,
    presentSince: begun,
  };
  const present: Rehearsal = {
    id: rehearsalId(DEFAULT_SERVICE),
    service: DEFAULT_SERVICE,
    begunAt: begun,
    presentSince: begun + MINUTE,
  };
  const next = generator(1);
  let sequence = 0;
  const write = (rehearsal: Rehearsal, at: number, signatures: readonly SignatureFinding[]) =>
    store.write({
      sequence: ++sequence,
      at,
      rehearsals: [rehearsal],
      counts: someOf(ROUTES, ROUTES_A_FLUSH, next).map((route) => ({
        ...of(rehearsal),
        ...incrementOf(`route-${route}`, countsOf(route, next)),
      })),
      findings: [
        { ...of(rehearsal), signatures, evidence: noiseOf(someOf(ROUTES, 5, next)), rules: [], redactions: [] },
      ],
      renamings: [],
      clockJumps: [],
      configured: {
        services: [{ service: DEFAULT_SERVICE, mirrored: true }],
        rules: [],
        routes: [],
        experiments: [],
        exposures: 'kept',
        verdict: DEFAULT_VERDICT_SETTINGS,
      },
    });
  await write(
    before,
    begun,
    Array.from({ length: 3_000 }, (_, index) => signatureOf(index * 3, begun, 1, next)),
  );
  // Each is seen once at least; the frequent ones again and again.
  let unseen = 0;
  for (let at = begun + MINUTE; at < now; ) {
    const isRecent = now - at < 2 * 1440 * MINUTE;
    const fresh = Array.from({ length: Math.min(10, SIGNATURES - unseen) }, () => unseen++);
    const again = someOf(Math.max(unseen, 1), SIGNATURES_A_FLUSH, next);
    const seen = [...new Set([...fresh, ...again])];
    await write(
      present,
      at,
      seen.map((index) => signatureOf(index, at, 1 + Math.floor(3 * next()), next)),
    );
    at += (isRecent ? STEPS.recent : STEPS.before) * MINUTE;
  }
  await store.finish(now);
  await store.close();
}

function of({ service, id }: Rehearsal) {
  return { service, rehearsal: id };
}

/** Numbers from 0, some far more often than others. */
function someOf(count: number, wanted: number, next: () => number): number[] {
  return [...new Set(Array.from({ length: wanted }, () => Math.floor(count * next() ** 3)))];
}

function countsOf(route: number, next: () => number): RouteCounts {
  const cells = new Float64Array(ROUTE_CELLS);
  const requests = 40 + Math.floor(40 * next());
  cells[cell.request('GET', 200)]! += requests;
  const mismatches = Math.floor(requests * 0.05 * next());
  cells[cell.ending('mismatch')]! += mismatches;
  cells[cell.ending('skipped:unsampled')]! += 5;
  cells[cell.ending('match')]! += requests - mismatches - 5;
  for (let exchange = 0; exchange < requests - 5; exchange++) {
    const base = (1 + (route % 20)) * Math.exp(2 * next());
    const shadow = base * (0.9 + 0.3 * next());
    for (const [leg, time] of [
      ['primary', base],
      ['shadow', shadow],
      ['control', base * (0.9 + 0.2 * next())],
    ] as const) {
      cells[cell.firstByte(leg) + sketchBucket(time / 2)]! += 1;
      cells[cell.lastByte(leg) + sketchBucket(time)]! += 1;
    }
    const delta = shadow - base;
    cells[(delta < 0 ? cell.deltaBelow : cell.deltaAbove) + sketchBucket(Math.abs(delta))]! += 1;
  }
  return new RouteCounts(cells);
}

/** What differs by itself on these routes: the time of the answer. */
function noiseOf(routes: readonly number[]): readonly Evidence[] {
  return routes.map((route) => ({
    ...{ route: `route-${route}`, path: '$.answeredAt', kind: 'value' as const },
    ...{ shadowOnly: 0, controlOnly: 0, both: 3 },
  }));
}

type Side = 'left' | 'right';

/** What both sides have at a place that differs so, as JSON. */
const VALUES: Readonly<Record<'value' | 'added' | 'removed' | 'type', Partial<Record<Side, string>>>> = {
  value: { left: '335.83', right: '335.84' },
  added: { right: 'true' },
  removed: { left: 'true' },
  type: { left: '7', right: '"7"' },
};

type Kind = keyof typeof VALUES;

const KINDS = Object.keys(VALUES) as Kind[];

function signatureOf(index: number, at: number, count: number, next: () => number): SignatureFinding {
  const places = Array.from({ length: 1 + (index % 3) }, (_, place) => ({
    path: `$.field${(index * 7 + place * 13) % 900}.part${place}`,
    kind: KINDS[(index + place) % KINDS.length]!,
  }));
  const id = idOf(index);
  const route = `route-${index % ROUTES}`;
  const examples = next() < 0.1 ? [{ priority: next(), exchange: exchangeOf(`${id}-${at}`, route, at, places) }] : [];
  return {
    id,
    route,
    ending: 'mismatch',
    primaryStatus: 200,
    shadowStatus: 200,
    places,
    count,
    firstSeen: at,
    lastSeen: at,
    examples,
  };
}

function idOf(index: number): string {
  return (index + 0x100000).toString(16).padStart(12, '0');
}

function exchangeOf(
  id: string,
  route: string,
  receivedAt: number,
  places: SignatureFinding['places'],
): SignatureFinding['examples'][number]['exchange'] {
  const leg = (side: Side) => {
    const content = JSON.stringify({
      ...Object.fromEntries(places.map((place) => memberOf(place, side))),
      items: Array.from({ length: 40 }, (_, item) => ({ item, name: `name ${item}` })),
    });
    return {
      status: 200,
      reason: 'OK',
      fields: ['Content-Type', 'application/json'],
      trailers: [],
      body: { encoding: 'utf8' as const, content, length: content.length, truncated: false },
      timing: { connect: 0, firstByte: 1, lastByte: 2 },
    };
  };
  return {
    id,
    route,
    receivedAt,
    ending: 'mismatch',
    request: {
      method: 'GET',
      target: `/${route}`,
      fields: ['Host', 'shop.test'],
      body: { encoding: 'utf8', content: '', length: 0, truncated: false },
    },
    primary: leg('left'),
    shadow: leg('right'),
    differences: places.map(({ path, kind }) => ({ path, kind, ...VALUES[kind as Kind] })),
    accepted: [],
  };
}

/** `$.field.part` as a member of the body; one that this side has not is left out. */
function memberOf({ path, kind }: Place, side: Side): [string, unknown] {
  const [, field, part] = path.split('.');
  const text = VALUES[kind as Kind][side];
  return [field!, text === undefined ? {} : { [part!]: JSON.parse(text) }];
}

/** Mulberry32: the same numbers in each run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
