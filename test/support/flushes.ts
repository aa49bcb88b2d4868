import { countBucket, sketchBucket } from '../../src/lib/sketch.ts';
import { cell, ROUTE_CELLS, RouteCounts } from '../../src/metrics/layout.ts';
import type { LegName, LegTiming } from '../../src/model/exchange.ts';
import type {
  ConfiguredRule,
  Evidence,
  Example,
  RecordedExchange,
  RedactionUse,
  RuleUse,
  SignatureFinding,
} from '../../src/model/finding.ts';
import type { Ending } from '../../src/model/outcome.ts';
import type { PairCheck, SignCounts } from '../../src/model/pair-signs.ts';
import { type Rehearsal, rehearsalId } from '../../src/model/rehearsal.ts';
import { DEFAULT_SERVICE } from '../../src/model/service.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../../src/model/verdict-settings.ts';
import { incrementOf } from '../../src/record/increment.ts';
import type { Configured, Flush } from '../../src/record/store.ts';

/** A route's counts by hand. */
export interface Counted {
  readonly requests?: number;
  readonly endings?: Partial<Record<Ending, number>>;
  /** Milliseconds to the last byte; the first byte takes half of it. */
  readonly legs?: Partial<Record<LegName, readonly number[]>>;
  readonly deltas?: readonly number[];
  /** Copies in flight, of each pair that was left out of the deltas because of that. */
  readonly crowds?: readonly number[];
  readonly signs?: Partial<Record<PairCheck, SignCounts>>;
}

export function counts(counted: Counted): RouteCounts {
  const { requests = 0, endings = {}, legs = {}, deltas = [], crowds = [], signs = {} } = counted;
  const cells = new Float64Array(ROUTE_CELLS);
  const add = (at: number, count = 1) => {
    cells[at] = cells[at]! + count;
  };
  if (requests > 0) add(cell.request('GET', 200), requests);
  for (const [ending, count] of Object.entries(endings)) add(cell.ending(ending as Ending), count);
  for (const [leg, durations] of Object.entries(legs)) {
    for (const duration of durations) {
      add(cell.lastByte(leg as LegName) + sketchBucket(duration));
      add(cell.firstByte(leg as LegName) + sketchBucket(duration / 2));
    }
  }
  for (const delta of deltas) add((delta < 0 ? cell.deltaBelow : cell.deltaAbove) + sketchBucket(Math.abs(delta)));
  for (const inFlight of crowds) add(cell.crowds + countBucket(inFlight));
  for (const [check, { worse, better }] of Object.entries(signs) as [PairCheck, SignCounts][]) {
    add(cell.sign(check, 'worse'), worse);
    add(cell.sign(check, 'better'), better);
  }
  return new RouteCounts(cells);
}

export interface FlushParts {
  readonly sequence: number;
  readonly at: number;
  readonly routes?: Readonly<Record<string, Counted>>;
  readonly signatures?: readonly SignatureFinding[];
  readonly evidence?: readonly Evidence[];
  readonly rules?: readonly (RuleUse & Pick<ConfiguredRule, 'until'>)[];
  readonly redactions?: readonly RedactionUse[];
  readonly renamings?: readonly (Omit<Flush['renamings'][number], 'service'> & { readonly service?: string })[];
  readonly clockJumps?: readonly number[];
  readonly users?: Flush['users'];
  /** By default the rules above. What does not name its service is of that of the rehearsal. */
  readonly configured?: Partial<Omit<Configured, 'rules'>> & {
    readonly rules: readonly (Omit<ConfiguredRule, 'service'> & { readonly service?: string })[];
  };
  /** What all of it is of. */
  readonly rehearsal?: Rehearsal;
}

export function rehearsal(parts: Partial<Rehearsal> = {}): Rehearsal {
  const { service = DEFAULT_SERVICE, begunAt = 0 } = parts;
  return { id: rehearsalId(service, parts.version), service, begunAt, presentSince: begunAt, ...parts };
}

export function flush(parts: FlushParts): Flush {
  const {
    sequence,
    at,
    routes = {},
    signatures = [],
    evidence = [],
    rules = [],
    redactions = [],
    renamings = [],
  } = parts;
  const { id, service } = parts.rehearsal ?? FIRST;
  const of = { service, rehearsal: id };
  const {
    configured = rules.length === 0
      ? undefined
      : { rules: rules.map(({ rule, origin, until }) => ({ rule, origin, ...(until && { until }) })) },
  } = parts;
  return {
    sequence,
    at,
    rehearsals: [parts.rehearsal ?? FIRST],
    counts: Object.entries(routes).map(([route, counted]) => ({ ...of, ...incrementOf(route, counts(counted)) })),
    findings: [
      {
        ...of,
        signatures,
        evidence,
        rules: rules.map(({ until: _, ...use }) => use),
        redactions,
      },
    ],
    clockJumps: parts.clockJumps ?? [],
    renamings: renamings.map((renaming) => ({ service, ...renaming })),
    ...(parts.users && { users: parts.users }),
    ...(configured && {
      configured: {
        verdict: DEFAULT_VERDICT_SETTINGS,
        services: [{ service, mirrored: true }],
        routes: [],
        experiments: [],
        exposures: 'kept',
        ...configured,
        rules: configured.rules.map((rule) => ({ service, ...rule })),
      },
    }),
  };
}

const FIRST = rehearsal();

/** What `flush` makes its entries of. */
export const OF_FIRST = { service: FIRST.service, rehearsal: FIRST.id } as const;

export function signature(parts: Partial<SignatureFinding> = {}): SignatureFinding {
  return {
    id: 's1',
    route: 'orders',
    ending: 'mismatch',
    primaryStatus: 200,
    shadowStatus: 200,
    places: [{ path: '$.total', kind: 'value' }],
    count: 1,
    firstSeen: 1_000,
    lastSeen: 2_000,
    examples: [],
    ...parts,
  };
}

export function example(id: string, priority: number, parts: Partial<RecordedExchange> = {}): Example {
  return { priority, exchange: recorded({ id, ...parts }) };
}

const TIMING: LegTiming = { connect: 0, firstByte: 1, lastByte: 2 };

export function recorded(parts: Partial<RecordedExchange> = {}): RecordedExchange {
  const leg = (content: string) => ({
    status: 200,
    reason: 'OK',
    fields: ['Content-Type', 'application/json'],
    trailers: [],
    body: { encoding: 'utf8' as const, content, length: content.length, truncated: false },
    timing: TIMING,
  });
  return {
    id: 'exchange-1',
    route: 'orders',
    receivedAt: 1_000,
    ending: 'mismatch',
    request: {
      method: 'GET',
      target: '/api/orders/1',
      fields: ['Host', 'shop.test'],
      body: { encoding: 'utf8', content: '', length: 0, truncated: false },
    },
    primary: leg('{"total":1}'),
    shadow: leg('{"total":2}'),
    differences: [{ path: '$.total', kind: 'value', left: '1', right: '2' }],
    accepted: [],
    ...parts,
  };
}
