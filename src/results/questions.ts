/**
 * What is asked of the results, as functions of a reader and of a query that is plain data: so they can be answered
 * where asking is cheap, away from the thread that asks (see threads/results.ts).
 */
import type { StoreReader } from '../model/store-reader.ts';
import { readCause, readCausePage } from './cause-page.ts';
import { readExperiments } from './experiments.ts';
import { readExplanation } from './explanation.ts';
import { readLatencyDetail } from './latency-detail.ts';
import { readNoiseMeant } from './noise.ts';
import { readProposal } from './proposal.ts';
import { readRoutePage } from './route-page.ts';
import { readSignatures } from './signature-list.ts';
import { readTimeline } from './timeline.ts';
import { readLatencies, readTotals } from './totals.ts';
import type { VerdictReader } from './verdict.ts';
import { askVerdict, type VerdictQuestion } from './verdict-question.ts';
import { writeReport } from './written/report-file.ts';

export const QUESTIONS = {
  totals: readTotals,
  timeline: readTimeline,
  verdict: (reader: VerdictReader, { now, ...question }: VerdictQuestion & { readonly now: number }) =>
    askVerdict(reader, question, now),
  signatures: readSignatures,
  latencies: readLatencies,
  causes: readCausePage,
  cause: readCause,
  routes: readRoutePage,
  latency: readLatencyDetail,
  noise: readNoiseMeant,
  proposal: readProposal,
  explanation: readExplanation,
  experiments: readExperiments,
  report: writeReport,
} satisfies Record<string, (reader: StoreReader, query: never) => Promise<unknown>>;

export type Question = keyof typeof QUESTIONS;

/** Rejects with an `UnderstudyError`: `usage` if a service or rehearsal does not exist, `store_unusable`. */
export type Ask = <Q extends Question>(
  question: Q,
  query: Parameters<(typeof QUESTIONS)[Q]>[1],
) => ReturnType<(typeof QUESTIONS)[Q]>;

/** Answers here, from this reader. */
export function asking(reader: StoreReader): Ask {
  return (question, query) => answer(reader, question, query);
}

export function answer<Q extends Question>(
  reader: StoreReader,
  question: Q,
  query: Parameters<(typeof QUESTIONS)[Q]>[1],
): ReturnType<(typeof QUESTIONS)[Q]> {
  const read = QUESTIONS[question] as unknown as (
    of: StoreReader,
    asked: typeof query,
  ) => ReturnType<(typeof QUESTIONS)[Q]>;
  return read(reader, query);
}
