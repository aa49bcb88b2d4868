import { type JudgedGoal, judge } from '../experiments/judgement.ts';
import type { RecordedExperiment } from '../model/recorded-experiment.ts';
import type { StoreReader } from '../model/store-reader.ts';
import type { ExperimentResults, GoalResults } from './experiment-results.ts';
import { comparisonInWords, doubtsInWords } from './experiment-words.ts';

export interface ExperimentsQuery {
  readonly service?: string;
  readonly experiment?: string;
}

/** Those that run first, then the latest first. */
export async function readExperiments(
  reader: Pick<StoreReader, 'experiments'>,
  { service, experiment }: ExperimentsQuery = {},
): Promise<readonly ExperimentResults[]> {
  const all = await reader.experiments();
  return all
    .filter((each) => (service ?? each.service) === each.service)
    .filter((each) => (experiment ?? each.experiment) === each.experiment)
    .map(resultsOf);
}

function resultsOf(recorded: RecordedExperiment): ExperimentResults {
  const { service, experiment, edition, isRunning, begunAt, lastAt, detect, leftOut } = recorded;
  const { ratio, isEven, alpha, goals } = judge(recorded);
  const arms = recorded.arms.map((arm, index) => ({ ...arm, users: recorded.users[index]! }));
  return {
    ...{ service, experiment, edition, begunAt, lastAt, detect, alpha, leftOut, arms },
    state: isRunning ? 'running' : 'ended',
    ratio: { isEven, probability: ratio },
    goals: goals.map((goal) => goalResults(goal, recorded)),
    doubts: doubtsInWords(arms, { isEven, probability: ratio }, leftOut),
  };
}

function goalResults({ goal, kind, arms, comparisons }: JudgedGoal, recorded: RecordedExperiment): GoalResults {
  const [baseline] = arms;
  return {
    goal,
    kind,
    arms: arms.map(({ arm, mean, sum }) => ({ arm, mean, sum })),
    comparisons: comparisons.map(({ arm, difference, low, high, answer, needed }) => {
      const users = baseline!.users + arms.find((each) => each.arm === arm)!.users;
      const remaining = remainingOf(needed, users, recorded);
      const compared = {
        ...{ arm, baseline: baseline!.arm, difference, answer },
        ...(Number.isFinite(low) && Number.isFinite(high) && { low, high }),
        ...(Number.isFinite(needed) && { needed }),
        ...(remaining !== undefined && { remaining }),
      };
      const { alpha, detect } = recorded;
      return { ...compared, words: comparisonInWords(compared, { goal, kind, users, alpha, detect }) };
    }),
  };
}

/** Milliseconds after which it is known how many users come. */
const SOON = 10_000;

/** At the rate at which users came so far. */
function remainingOf(needed: number, users: number, { isRunning, begunAt, lastAt }: RecordedExperiment) {
  const elapsed = lastAt - begunAt;
  if (!isRunning || !Number.isFinite(needed) || needed <= users || users === 0 || elapsed < SOON) return undefined;
  return elapsed * (needed / users - 1);
}
