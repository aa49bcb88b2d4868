/** Causes with everything that a row says of them. */
import { placeKey } from '../compare/collapse.ts';
import { type Severity, severityOf } from '../compare/severity.ts';
import { type Ending, SHADOW_FAILURES } from '../model/outcome.ts';
import type { Scope, StoreReader, TimeWindow } from '../model/store-reader.ts';
import type { Expectation, Repair } from '../model/triage.ts';
import { causeId } from './cause-id.ts';
import type { Cause } from './causes.ts';
import { type Asked, type ScopeReader, scopeMeant } from './scope.ts';
import { signaturesAround } from './signatures-around.ts';
import {
  expectedRows,
  fixedCauses,
  grouped,
  type OpenCause,
  openRows,
  type Shown,
  type TriagedSignature,
  triaged,
} from './triage.ts';

export type CauseRow = Cause &
  CauseState & {
    /** See cause-id.ts. */
    readonly id: string;
    /** `failure`: the shadow gave no response. */
    readonly severity: Severity | 'failure';
    /** Of the exchanges that were compared, or in which the shadow failed; of the route, if one was asked for. */
    readonly share: number;
    /** Whether the rehearsal before showed all of it on one of its routes. Absent: there was none before. */
    readonly novelty?: Novelty;
  };

export type CauseState =
  | (Pick<OpenCause, 'reopened'> & { readonly state: 'open' })
  | (Expectation & { readonly state: 'expected' })
  | (Repair & { readonly state: 'fixed' });

export const NOVELTIES = ['new', 'known'] as const;
export type Novelty = (typeof NOVELTIES)[number];

export interface CausesAsked extends Asked {
  /** Counts are of this route alone. */
  readonly route?: string;
  readonly window?: TimeWindow;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type CauseReader = Pick<StoreReader, 'signatures' | 'signature' | 'timeline'> &
  ScopeReader & {
    /** Whether all that it reads is of one moment; not if absent. */
    readonly isSnapshot?: boolean;
  };

/** The most signatures that are read: those seen most often. */
const MOST_SIGNATURES = 20_000;

const ENDINGS: readonly Ending[] = ['mismatch', ...SHADOW_FAILURES];

interface Causes {
  readonly rows: readonly CauseRow[];
  readonly signatures: readonly TriagedSignature[];
  readonly scope: Scope;
  /** False if there are more signatures than are read. */
  readonly complete: boolean;
}

/** By what was asked of a snapshot. */
const gathered = new WeakMap<CauseReader, Map<string, Promise<Causes>>>();

/** Of all states, in no order that matters. A page asks for several parts of them at once: they are gathered once. */
export function readCauses(reader: CauseReader, asked: CausesAsked): Promise<Causes> {
  if (reader.isSnapshot !== true) return gather(reader, asked);
  const { service, rehearsal, route, window } = asked;
  const key = JSON.stringify([service, rehearsal, route, window]);
  const known = gathered.get(reader) ?? new Map<string, Promise<Causes>>();
  gathered.set(reader, known);
  const causes = known.get(key) ?? gather(reader, asked);
  known.set(key, causes);
  return causes;
}

async function gather(reader: CauseReader, { route, window = {}, now, ...asked }: CausesAsked): Promise<Causes> {
  const scope = await scopeMeant(reader, asked);
  const of = { ...(route !== undefined && { route }), window, scope };
  const [found, { steps }, known] = await Promise.all([
    signaturesAround(reader, { ...of, endings: ENDINGS, limit: MOST_SIGNATURES }),
    reader.timeline({ ...of, points: 1 }),
    knownBefore(reader, scope),
  ]);
  const signatures = found.map((row) => triaged(row, now));
  const all = grouped(signatures);
  const isAsked: Shown = (row) => route === undefined || row.route === route;
  const compared = steps
    .flatMap(({ outcomes }) => outcomes)
    .reduce((sum, { ending, count }) => (isJudged(ending) ? sum + count : sum), 0);
  const rows = [
    ...openRows(all, isAsked).causes.map((cause) => ({ ...cause, state: 'open' as const })),
    ...expectedRows(all, isAsked).causes.map((cause) => ({ ...cause, state: 'expected' as const })),
    ...fixedCauses(all, isAsked).map((cause) => ({ ...cause, state: 'fixed' as const })),
  ].map((cause): CauseRow => {
    const [gravest] = cause.places;
    const novelty = known.get(cause.service)?.(cause);
    return {
      ...cause,
      id: causeId(cause),
      severity: gravest === undefined ? 'failure' : severityOf(gravest),
      share: compared === 0 ? 0 : Math.min(1, cause.count / compared),
      ...(novelty && { novelty }),
    };
  });
  return { rows, signatures, scope, complete: signatures.filter(isAsked).length < MOST_SIGNATURES };
}

function isJudged(ending: Ending): boolean {
  return ending !== 'primary_failed' && !ending.startsWith('skipped:');
}

/** For each service with an earlier rehearsal, what tells whether that one showed a cause already. */
async function knownBefore(reader: CauseReader, scope: Scope): Promise<Map<string, (cause: Cause) => Novelty>> {
  const rehearsals = Map.groupBy(await reader.rehearsals(), ({ service }) => service);
  const judges = [...rehearsals].map(async ([service, rows]) => {
    if (scope.service !== undefined && scope.service !== service) return [];
    const at = scope.rehearsal === undefined ? 0 : rows.findIndex(({ id }) => id === scope.rehearsal);
    const before = rows[at + 1];
    if (before === undefined) return [];
    const seen = await reader.signatures({
      scope: { service, rehearsal: before.id },
      endings: ENDINGS,
      limit: MOST_SIGNATURES,
    });
    const keys = new Set(
      seen.flatMap(({ route, ending, places }) => [
        keyOf(route, ending),
        ...places.map((place) => keyOf(route, placeKey(place))),
      ]),
    );
    return [[service, (cause: Cause) => noveltyOf(cause, keys)] as const];
  });
  return new Map((await Promise.all(judges)).flat());
}

function noveltyOf({ ending, places, routes }: Cause, seen: ReadonlySet<string>): Novelty {
  const shown = (what: string) => routes.some(({ route }) => seen.has(keyOf(route, what)));
  const isKnown = places.length === 0 ? shown(ending) : places.every((place) => shown(placeKey(place)));
  return isKnown ? 'known' : 'new';
}

function keyOf(route: string, what: string): string {
  return `${route}\n${what}`;
}
