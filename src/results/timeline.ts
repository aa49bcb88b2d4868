import { type EndingCount, SHED } from '../model/outcome.ts';
import type { StoredStep, StoredTimeline, StoreReader, TimelineQuery } from '../model/store-reader.ts';
import { type Asked, type ScopeReader, scopeMeant } from './scope.ts';

/** Results over time. */
export interface Timeline extends StoredTimeline {
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
  const { steps, ...timeline } = await reader.timeline({ ...query, scope });
  return { ...timeline, steps: steps.map((step) => ({ ...step, ...shedOf(step.outcomes) })) };
}

function shedOf(outcomes: readonly EndingCount[]): Pick<TimelineStep, 'shed'> {
  let [wanted, lost] = [0, 0];
  for (const { ending, count } of outcomes) {
    if (SHED.has(ending)) lost += count;
    if (SHED.has(ending) || !ending.startsWith('skipped:')) wanted += count;
  }
  return wanted === 0 ? {} : { shed: lost / wanted };
}
