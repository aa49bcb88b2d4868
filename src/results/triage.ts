/** Results grouped by how people marked them. */
import { dayOf, endOfDay } from '../lib/day.ts';
import { moment } from '../lib/figures.ts';
import type { MarkedSignature, StoredSignature } from '../model/store-reader.ts';
import { type Expectation, type Marking, type Repair, type Triage, triageOf } from '../model/triage.ts';
import { type Cause, causesIn, type Groups, groupedByCause } from './causes.ts';

export type TriagedSignature = StoredSignature & Triage;

export interface OpenCause extends Cause {
  /** A part of it opened again after it was expected or fixed: the latest. */
  readonly reopened?: Extract<Triage, { readonly state: 'open' }>['reopened'];
}

/** The cause of signatures that are expected for the same reason. */
export type ExpectedCause = Cause & Expectation;

/** The most frequent signatures first. */
export interface Rows<C = Cause> {
  readonly signatures: readonly TriagedSignature[];
  readonly causes: readonly C[];
}

/** @param now milliseconds since 1970 */
export function triaged<Row extends MarkedSignature>({ mark, ...row }: Row, now: number): Omit<Row, 'mark'> & Triage {
  return { ...row, ...triageOf(mark, now) };
}

/** Signatures grouped whatever their state: a mark must not regroup what stays open. */
export interface Grouped {
  readonly rows: readonly TriagedSignature[];
  readonly groups: Groups;
}

export function grouped(rows: readonly TriagedSignature[]): Grouped {
  return { rows, groups: groupedByCause(rows) };
}

/** Which of the signatures are told and counted. */
export type Shown = (row: Pick<StoredSignature, 'route' | 'ending'>) => boolean;

export function openRows(all: Grouped, shown?: Shown): Rows<OpenCause> {
  const signatures = inState(all, 'open', shown);
  const reopenings = new Map(
    signatures.flatMap((row) => (row.reopened ? [[signatureKey(row), row.reopened] as const] : [])),
  );
  const causes = causesAmong(all, signatures).map((cause): OpenCause => {
    const its = cause.routes.flatMap((route) =>
      route.signatures.flatMap((id) => reopenings.get(signatureKey({ ...cause, id })) ?? []),
    );
    const [latest] = its.sort((a, b) => b.at - a.at);
    return latest === undefined ? cause : { ...cause, reopened: latest };
  });
  return { signatures, causes };
}

export function fixedRows(all: Grouped, shown?: Shown): Rows {
  const signatures = inState(all, 'fixed', shown);
  return { signatures, causes: causesAmong(all, signatures) };
}

/** Those of which the same is said are grouped together. */
export function fixedCauses(all: Grouped, shown?: Shown): readonly (Cause & Repair)[] {
  const byReason = Map.groupBy(inState(all, 'fixed', shown), ({ reason }) => reason);
  return [...byReason].flatMap(([reason, rows]) =>
    causesAmong(all, rows).map((cause) => ({ ...cause, ...(reason !== undefined && { reason }) })),
  );
}

export function expectedRows(all: Grouped, shown?: Shown): Rows<ExpectedCause> {
  const signatures = inState(all, 'expected', shown);
  const byReason = Map.groupBy(signatures, ({ reason, owner, until }) => JSON.stringify([reason, owner, until]));
  const causes = [...byReason.values()].flatMap((rows) => {
    const { reason, owner, until } = rows[0]!;
    const why = { reason, ...(owner !== undefined && { owner }), ...(until !== undefined && { until }) };
    return causesAmong(all, rows).map((cause): ExpectedCause => ({ ...cause, ...why }));
  });
  return { signatures, causes };
}

function inState<State extends Triage['state']>(
  { rows }: Grouped,
  state: State,
  shown: Shown = () => true,
): readonly (StoredSignature & Extract<Triage, { readonly state: State }>)[] {
  type InState = StoredSignature & Extract<Triage, { readonly state: State }>;
  return rows.filter((row): row is InState & TriagedSignature => row.state === state && shown(row));
}

function causesAmong({ groups }: Grouped, rows: readonly StoredSignature[]): readonly Cause[] {
  const among = new Set(rows);
  return causesIn(groups, (row) => among.has(row));
}

/** Tells signatures apart over all services. */
export function signatureKey({ service, id }: Pick<StoredSignature, 'service' | 'id'>): string {
  return `${service} ${id}`;
}

/** Why it is expected, who knows about it, and for how long. */
export function expectationInWords({ reason, owner, until }: Expectation): string {
  const by = [...(owner === undefined ? [] : [owner]), ...(until === undefined ? [] : [`until ${dayOf(until)}`])];
  return by.length === 0 ? reason : `${reason} (${by.join(', ')})`;
}

/** Of what is fixed, and was not seen since. */
export function repairInWords({ reason }: Repair): string {
  return `marked as fixed, and not seen since${reason === undefined ? '' : `: ${reason}`}`;
}

type Reopening = NonNullable<OpenCause['reopened']>;

/** What to say about a signature that opened again by itself. */
export function reopeningInWords(reopened: Reopening): string {
  const { told, at } = reopeningToTell(reopened);
  return at === undefined ? told : `${told} ${moment(at)}Z`;
}

/** The same where a moment is told in the reader's zone: the words, and the moment at their end. */
export function reopeningToTell({ was, at }: Reopening): { readonly told: string; readonly at?: number } {
  return was === 'fixed' ? { told: 'was fixed, and seen again at', at } : { told: `was expected until ${dayOf(at)}` };
}

/** How a person wants to mark a signature. */
export interface MarkRequest {
  readonly state: Triage['state'];
  readonly reason?: string | undefined;
  readonly owner?: string | undefined;
  /** Milliseconds since 1970, or the last day. */
  readonly until?: number | string | undefined;
}

const LONGEST_REASON = 1_000;
const LONGEST_OWNER = 200;

/** @param now milliseconds since 1970 */
export function readMark(
  { state, until, ...request }: MarkRequest,
  now: number,
): { readonly mark: Marking['mark'] } | { readonly member: 'reason' | 'owner' | 'until'; readonly wrong: string } {
  const [reason, owner] = [request.reason?.trim() ?? '', request.owner?.trim() ?? ''];
  if (state !== 'expected') {
    const { reason: _, ...others } = { ...request, until };
    for (const [member, value] of Object.entries(state === 'fixed' ? others : { ...request, until })) {
      if (value !== undefined) return { member: member as 'reason', wrong: `not with ${state}` };
    }
  }
  if (state === 'open') return { mark: 'open' };
  if (reason === '' && state === 'expected') return { member: 'reason', wrong: 'missing; a mark as expected says why' };
  if (reason.length > LONGEST_REASON) return { member: 'reason', wrong: `longer than ${LONGEST_REASON} characters` };
  if (state === 'fixed') return { mark: { state, ...(reason !== '' && { reason }), markedAt: now } };
  if (owner === '' && request.owner !== undefined) return { member: 'owner', wrong: 'empty' };
  if (owner.length > LONGEST_OWNER) return { member: 'owner', wrong: `longer than ${LONGEST_OWNER} characters` };
  const end = typeof until === 'string' ? endOfDay(until) : until;
  if (until !== undefined && end === undefined) {
    return {
      member: 'until',
      wrong: `not a day of the calendar; found ${JSON.stringify(until)}; allowed: a date as YYYY-MM-DD`,
    };
  }
  if (end !== undefined && end <= now) {
    return { member: 'until', wrong: `past; found ${JSON.stringify(until)}; allowed: today or later` };
  }
  const by = { ...(owner !== '' && { owner }), ...(end !== undefined && { until: end }) };
  return { mark: { state, reason, ...by, markedAt: now } };
}
