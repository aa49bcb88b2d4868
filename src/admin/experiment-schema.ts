import * as z from 'zod';
import { EXPERIMENT_ANSWERS } from '../experiments/judgement.ts';
import { GOAL_KINDS } from '../model/recorded-experiment.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';

const count = z.int().nonnegative();
const time = z.number().describe('Milliseconds since 1970.');
const share = z.number().min(0).max(1);

const comparison = z.strictObject({
  arm: z.string(),
  baseline: z.string(),
  difference: z
    .number()
    .describe('The mean of the arm less that of the baseline; of a conversion, of rates from 0 to 1.'),
  low: z.number().exactOptional().describe('The true difference lies between low and high. Absent: nothing is known.'),
  high: z.number().exactOptional(),
  answer: z
    .enum(EXPERIMENT_ANSWERS)
    .describe('more, less: proven. unproven: zero is possible. invalid: users are not divided as configured.'),
  needed: count.exactOptional().describe('The users of both arms with which `detect` is found in four of five cases.'),
  remaining: z.number().exactOptional().describe('About how many milliseconds more that takes.'),
  words: z.string(),
});

const goal = z.strictObject({
  goal: z.string(),
  kind: z.enum(GOAL_KINDS).describe('conversion: who did it at least once. mean: the sum of each user.'),
  arms: z
    .array(
      z.strictObject({
        arm: z.string(),
        mean: z.number().describe('Of all users of the arm; of a conversion, the rate.'),
        sum: z.number(),
      }),
    )
    .readonly(),
  comparisons: z.array(comparison).readonly().describe('Of each other arm with the baseline.'),
});

export const experimentResults: z.ZodType<ExperimentResults> = z.strictObject({
  service: z.string(),
  experiment: z.string(),
  edition: z.string().describe('Another one where the arms, their ratio or the salt are others; results begin anew.'),
  state: z.enum(['running', 'ended']).describe('ended: it is no longer configured like this.'),
  begunAt: time,
  lastAt: time.describe('When a user came, or a goal was reached, for the last time. In milliseconds since 1970.'),
  detect: share.describe('The smallest difference of interest, as a share of the mean.'),
  alpha: share.describe('The probability that any interval of the experiment ever misses, however often one looks.'),
  arms: z
    .array(z.strictObject({ arm: z.string(), share: share.describe('Of all users.'), users: count }))
    .readonly()
    .describe('The first is the baseline.'),
  ratio: z.strictObject({
    isEven: z.boolean().describe('Whether users are divided as configured. If not, nothing is proven.'),
    probability: share.describe('That they are, and it ever looks as uneven as this.'),
  }),
  goals: z.array(goal).readonly(),
  leftOut: z.strictObject({
    switched: count.describe('Users who saw more than one arm; they count with the first.'),
    full: count.describe('Users who came when there was no more room.'),
    early: count.describe('Outcomes before the user saw an arm.'),
    unexposed: count.describe('Outcomes of users who saw no arm.'),
  }),
  doubts: z.array(z.string()).readonly().describe('What speaks against the results, and what was left out, in words.'),
});

export const experimentList = z.strictObject({ experiments: z.array(experimentResults).readonly() });
