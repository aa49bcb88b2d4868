/** Experiments as the API, the command, the report and the page show them. */
import type { ExperimentAnswer, JudgedGoal } from '../experiments/judgement.ts';
import { judge } from '../experiments/judgement.ts';
import type { ExperimentLeftOut, GoalKind, RecordedExperiment } from '../model/recorded-experiment.ts';
import type { StoreReader } from '../model/store-reader.ts';
import { comparisonInWords, doubtsInWords } from './experiment-words.ts';

/** Times are milliseconds since 1970, durations milliseconds. */
export interface ExperimentResults {
  readonly service: string;
  readonly experiment: string;
  /** Another one where its arms, their ratio or the salt are others. */
  readonly edition: string;
  /** `ended`: it is no longer configured like this. */
  readonly state: 'running' | 'ended';
  readonly begunAt: number;
  /** When a user came, or a goal was reached, for the last time. */
  readonly lastAt: number;
  /** The smallest difference of interest, as a share of the mean. */
  readonly detect: number;
  /** The probability that any interval of the experiment ever misses the true difference. */
  readonly alpha: number;
  /** The first is the baseline. */
  readonly arms: readonly ExperimentArm[];
  /** Whether users are divided as configured. `probability`: that they are, and it ever looks as uneven as this. */
  readonly ratio: { readonly isEven: boolean; readonly probability: number };
  readonly goals: readonly GoalResults[];
  readonly leftOut: ExperimentLeftOut;
  /** What speaks against the results, and what was left out of them, in words. */
  readonly doubts: readonly string[];
}

export interface ExperimentArm {
  readonly arm: string;
  readonly share: number;
  readonly users: number;
}

export interface GoalResults {
  readonly goal: string;
  readonly kind: GoalKind;
  /** In the order of the arms. `mean`: of all users of the arm; of a conversion, the rate. */
  readonly arms: readonly { readonly arm: string; readonly mean: number; readonly sum: number }[];
  /** Of each other arm with the baseline. */
  readonly comparisons: readonly ArmComparison[];
}

export interface ArmComparison {
  readonly arm: string;
  readonly baseline: string;
  /** The mean of the arm less that of the baseline. */
  readonly difference: number;
  /** Between which values the true difference lies; absent where nothing is known yet. */
  readonly low?: number;
  readonly high?: number;
  readonly answer: ExperimentAnswer;
  /** How many users both arms together need until `detect` is found; absent where that is not known. */
  readonly needed?: number;
  /** About how long that takes at the present rate; absent where it is not known, or the users are there. */
  readonly remaining?: number;
  readonly words: string;
}

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
