import { type EndingCount, SHED } from '../model/outcome.ts';
import type {
  RehearsalRow,
  Scope,
  StoredStep,
  StoredTimeline,
  StoreReader,
  TimelineQuery,
} from '../model/store-reader.ts';
import { type Asked, type ScopeReader, scopeMeant } from './scope.ts';

/** Results over time. */
export interface Timeline extends StoredTimeline {
  /** When the first of these rehearsals began, in milliseconds since 1970: the step with it is shorter. Absent: none did. */
  readonly begunAt?: number;
  readonly steps: readonly TimelineStep[];
}

export interface TimelineStep extends StoredStep {
  /** The share of the wanted copies that were lost to overload. Absent: none was wanted. */
  readonly shed?: number;
}

export interface TimelineAsked extends Asked, Omit<TimelineQuery, 'scope'> {}

export async function readTimeline(
  reader: Pick<StoreReader, 'timeline'> & ScopeReader,
  { service, rehearsal, ...query }: TimelineAsked,
): Promise<Timeline> {
  const scope = await scopeMeant(reader, { service, rehearsal });
  const [{ steps, ...timeline }, rehearsals] = await Promise.all([
    reader.timeline({ ...query, scope }),
    reader.rehearsals(),
  ]);
  const begun = rehearsals.filter((row) => isIn(row, scope)).map((row) => row.begunAt);
  return {
    ...timeline,
    ...(begun.length > 0 && { begunAt: Math.min(...begun) }),
    steps: steps.map((step) => ({ ...step, ...shedOf(step.outcomes) })),
  };
}

function isIn({ id, service, state }: RehearsalRow, of: Scope): boolean {
  const isMeant = of.rehearsal === undefined ? state === 'present' : id === of.rehearsal;
  return isMeant && (of.service === undefined || service === of.service);
}

function shedOf(outcomes: readonly EndingCount[]): Pick<TimelineStep, 'shed'> {
  let [wanted, lost] = [0, 0];
  for (const { ending, count } of outcomes) {
    if (SHED.has(ending)) lost += count;
    if (SHED.has(ending) || !ending.startsWith('skipped:')) wanted += count;
  }
  return wanted === 0 ? {} : { shed: lost / wanted };
}
