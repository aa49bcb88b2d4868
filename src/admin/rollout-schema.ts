/** Rollouts as the API shows them. */
import * as z from 'zod';
import { ROLLOUT_ACTIONS, type RolloutChange } from '../model/rollout.ts';
import type { RolloutStatus } from '../results/rollout-status.ts';
import { ANSWERS } from '../rollout/decision.ts';
import { COMMANDS } from '../rollout/lifecycle.ts';

const count = z.int().nonnegative();
const milliseconds = z.number().describe('Milliseconds.');
const share = z.number().min(0).max(1).describe('A share of the users, from 0 to 1.');

const changeMembers = {
  revision: count.describe('Rises with each change.'),
  at: z.number().describe('Milliseconds since 1970.'),
  action: z
    .enum(ROLLOUT_ACTIONS)
    .describe('cancel: a step that waited is not taken, and all is as before. file, reset: by the configuration.'),
  by: z.string().describe('A name as given, or verdict, trip, file, store.'),
  reason: z.string(),
};

const group = z.strictObject({
  requests: count,
  failed: count,
  buckets: count.describe('Of 10,000 buckets of users, those that made a request.'),
});

const users = z
  .strictObject({
    candidate: group,
    production: group.describe('Of as many users.'),
    evidence: z
      .strictObject({
        failsMore: z.number(),
        failsNoMore: z.number(),
        slower: z.number(),
        tail: z.number(),
        ratio: z.number(),
      })
      .describe('log10 of E: of the candidate being worse, of it failing no more than the margin, of unequal groups.'),
  })
  .describe('What different users got; absent where there is nobody to compare.');

const arm = z.strictObject({
  requests: count,
  failed: count.describe(
    '5xx, no complete response, requests that the candidate could not take, and users who left without an answer.',
  ),
  aborted: count.describe(
    'Whose user left before the response was complete; those who left without an answer have failed as well.',
  ),
  p50: milliseconds.exactOptional().describe('To the last byte, in milliseconds; absent without a complete response.'),
  p99: milliseconds.exactOptional(),
});

const arms = z
  .strictObject({
    candidate: arm.describe('Users whose bucket lies in the weight.'),
    slice: arm.describe('As many users of production, to compare them with.'),
    rest: arm.describe('All others on production.'),
    chosen: arm.describe('On the candidate by a cohort or an override.'),
  })
  .describe('What users got since the step began, test users aside.');

const pairs = z
  .strictObject({
    verdict: z.enum(['pass', 'regression', 'inconclusive', 'invalid']),
    reasons: z.array(z.string()).readonly().describe('In words, the gravest first.'),
    exchanges: count.describe('That were compared.'),
  })
  .describe('The verdict on the copies of this step; absent while none was compared, or it cannot be had.');

const trip = z
  .strictObject({
    errors: z.number().describe('The share of the requests to the candidate that may fail within the window.'),
    window: milliseconds,
    p99: milliseconds.exactOptional().describe('What 99 % of its responses may take, in milliseconds.'),
    health: z
      .strictObject({
        path: z.string(),
        interval: milliseconds,
        failures: count.describe('After so many failed checks in a row it is rolled back.'),
      })
      .exactOptional(),
  })
  .describe('The hard limits, which roll back at once.');

const window = z
  .strictObject({
    requests: count,
    failed: count,
    timed: count.describe('Whole responses, and users who left without an answer.'),
    late: count.describe('Of these, those above the limit of the 99th percentile.'),
  })
  .describe('What counts for the hard limits: within their window, all requests to the candidate.');

const health = z
  .strictObject({
    failures: count.describe('Failed checks in a row.'),
    wrong: z.string().exactOptional().describe('What was wrong with the last one.'),
  })
  .describe('Of the health checks; absent if there are none.');

export const rolloutStatus: z.ZodType<RolloutStatus> = z.strictObject({
  service: z.string(),
  decidedBy: z
    .enum(['steps', 'file'])
    .describe(
      'file: rollout.weight is a percentage, and only a rollback is accepted, and the release of one from weight: 0%.',
    ),
  releasedBy: z
    .enum(['person', 'file'])
    .describe('What ends a rollback. file: a change of rollout.weight to 0%. person: the command release.'),
  advance: z.enum(['manual', 'verdict']),
  candidate: z.string().describe('The shadow: its URL, and its version where it is configured.'),
  phase: z
    .enum(['unknown', 'shadow', 'canary', 'full', 'rolled_back'])
    .describe('unknown: the store cannot be read yet, and production serves everybody.'),
  weight: share.describe('The share of the users whom the candidate serves.'),
  rolledBackFrom: share.exactOptional().describe('Only after a rollback: the share before it.'),
  pace: z.enum(['advancing', 'held']).exactOptional().describe('Only in the phase canary.'),
  steps: z.array(share).readonly(),
  next: share.exactOptional().describe('The next step.'),
  advice: z
    .string()
    .exactOptional()
    .describe('What a person can do, in words: after a rollback, and where the candidate serves everybody.'),
  hold: milliseconds.describe('How long each step lasts at least, in milliseconds; 0 where the file decides.'),
  trip,
  asks: z.boolean().describe('Whether a webhook is asked before each step.'),
  refusals: z
    .partialRecord(z.enum(COMMANDS), z.string())
    .describe('Why a command would be refused now, in words. Those that are possible are absent.'),
  last: z.strictObject(changeMembers).exactOptional().describe('The last change.'),
  step: z
    .strictObject({
      elapsed: milliseconds,
      answer: z.enum(ANSWERS).exactOptional(),
      reasons: z.array(z.string()).readonly().describe('In words, the gravest first.'),
      remaining: milliseconds.exactOptional().describe('About how much longer it takes; absent if that is not known.'),
      users: users.exactOptional(),
      arms,
      rehearsal: z.string().exactOptional().describe('To which the copies of this step belong.'),
      pairs: pairs.exactOptional(),
      window,
      health: health.exactOptional(),
    })
    .exactOptional()
    .describe('The present step, while the candidate serves anybody.'),
  asking: share.exactOptional().describe('A webhook is being asked about this step.'),
  unwritten: count.describe('Changes that took effect but are not in the store yet.'),
});

export const rolloutStatuses = z.strictObject({ rollouts: z.array(rolloutStatus).readonly() });

const state = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('shadow') }),
  z.strictObject({ phase: z.literal('canary'), weight: count, pace: z.enum(['advancing', 'held']) }),
  z.strictObject({ phase: z.literal('full') }),
  z.strictObject({ phase: z.literal('rolled_back'), weight: count, reason: z.string() }),
]);

export const rolloutChange: z.ZodType<RolloutChange> = z.strictObject({
  service: z.string(),
  ...changeMembers,
  candidate: z.string(),
  state: state.describe('Where it was then. Weights are numbers of 10,000 buckets.'),
});
