/** Causes as a page lists them: filtered, sorted, a part at a time. */
import { SEVERITIES } from '../compare/severity.ts';
import type { DifferenceKind } from '../model/difference.ts';
import type { Ending } from '../model/outcome.ts';
import type { Repeated } from '../model/repeat.ts';
import type { StoredExchange } from '../model/store-reader.ts';
import type { Triage } from '../model/triage.ts';
import { causeMeant } from './cause-id.ts';
import { type CauseReader, type CauseRow, type CausesAsked, type Novelty, readCauses } from './cause-rows.ts';
import { causeInWords } from './cause-words.ts';
import { statusesInWords } from './difference-words.ts';
import type { TriagedSignature } from './triage.ts';

export interface CausePage {
  readonly causes: readonly CauseRow[];
  /** How many causes pass the filters. */
  readonly total: number;
  /** The same without the filter of the state. */
  readonly states: Readonly<Record<Triage['state'], number>>;
  /** False if there are more signatures than are read: the rarest are left out. */
  readonly complete: boolean;
}

export const CAUSE_ORDERS = ['severity', 'count', 'firstSeen', 'lastSeen'] as const;

export interface CauseQuery extends CausesAsked {
  /** Part of a path, a route, a status, an outcome, a reason, or of what a row says; case does not matter. */
  readonly text?: string;
  readonly kinds?: readonly DifferenceKind[];
  readonly endings?: readonly Ending[];
  readonly states?: readonly Triage['state'][];
  readonly novelty?: Novelty;
  readonly repeated?: Repeated['label'];
  readonly sort: (typeof CAUSE_ORDERS)[number];
  /** `asc`: the least severe, rarest or oldest first. */
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

const RANKS: readonly CauseRow['severity'][] = ['failure', ...SEVERITIES];

const MOST_DETAILS = 100;
const MOST_EXAMPLES = 10;

export async function readCausePage(reader: CauseReader, query: CauseQuery): Promise<CausePage> {
  const { rows, complete } = await readCauses(reader, query);
  const found = rows.filter((row) => passes(row, query));
  const states = { open: 0, expected: 0, fixed: 0 };
  for (const { state } of found) states[state]++;
  const chosen = query.states === undefined ? found : found.filter(({ state }) => query.states!.includes(state));
  const sorted = sortedBy(chosen, query);
  const { offset, limit } = query;
  return { causes: sorted.slice(offset, offset + limit), total: chosen.length, states, complete };
}

export type CauseDetail = CauseRow & {
  /** Those that show it best come first; at most 100. */
  readonly signatures: readonly TriagedSignature[];
  /** At most 10. */
  readonly examples: readonly StoredExchange[];
};

/** Undefined if no signature has this id. */
export async function readCause(
  reader: CauseReader,
  { id, ...asked }: CausesAsked & { readonly id: string },
): Promise<CauseDetail | undefined> {
  const { rows, signatures, scope } = await readCauses(reader, asked);
  const cause = causeMeant(rows, id);
  if (cause === undefined) return undefined;
  const ids = cause.routes.flatMap((route) => route.signatures).slice(0, MOST_DETAILS);
  const byId = new Map(signatures.filter(({ service }) => service === cause.service).map((row) => [row.id, row]));
  const examples: StoredExchange[] = [];
  for (const signature of ids) {
    if (examples.length >= MOST_EXAMPLES) break;
    const detail = await reader.signature(signature, { ...scope, service: cause.service });
    examples.push(...(detail?.examples ?? []));
  }
  return {
    ...cause,
    signatures: ids.flatMap((signature) => byId.get(signature) ?? []),
    examples: examples.slice(0, MOST_EXAMPLES),
  };
}

function passes(cause: CauseRow, { text, kinds, endings, novelty, repeated }: CauseQuery): boolean {
  return (
    (kinds === undefined || cause.places.some(({ kind }) => kinds.includes(kind))) &&
    (endings === undefined || endings.includes(cause.ending)) &&
    (novelty === undefined || cause.novelty === novelty) &&
    (repeated === undefined || cause.repeated?.label === repeated) &&
    (text === undefined || textsOf(cause).some((each) => each.toLowerCase().includes(text.toLowerCase())))
  );
}

function textsOf(cause: CauseRow): readonly string[] {
  const { places, routes, statuses, ending } = cause;
  const said =
    cause.state === 'open' ? [] : [cause.reason ?? '', cause.state === 'expected' ? (cause.owner ?? '') : ''];
  return [
    ...places.map(({ path }) => path),
    ...routes.map(({ route }) => route),
    ...statuses.map(({ primary, shadow }) => statusesInWords(primary, shadow)),
    ...[ending, causeInWords(cause)],
    ...said,
  ];
}

function sortedBy(rows: readonly CauseRow[], { sort, order }: CauseQuery): readonly CauseRow[] {
  const sorted = rows.toSorted((a, b) =>
    sort === 'severity'
      ? RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity) || b.count - a.count
      : b[sort] - a[sort],
  );
  return order === 'desc' ? sorted : sorted.reverse();
}
