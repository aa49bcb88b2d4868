import * as z from 'zod';
import { ROLLOUT_ACTIONS, type RolloutChange } from '../../model/rollout.ts';
import type { RolloutStatus } from '../../results/rollout-status.ts';
import { ANSWERS } from '../../rollout/decision.ts';
import { COMMANDS } from '../../rollout/lifecycle.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { queryInteger, scopeMembers } from '../query-schema.ts';

const count = z.int().nonnegative();
const milliseconds = z.number().describe('Milliseconds.');
const share = z.number().min(0).max(1).describe('A share of the users, from 0 to 1.');

const changeMembers = {
  revision: count.describe('Rises with each change.'),
  at: z.number().describe('Milliseconds since 1970.'),
  action: z.enum(ROLLOUT_ACTIONS),
  by: z.string().describe('A name as given, or verdict, trip, file.'),
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

export const rolloutStatus: z.ZodType<RolloutStatus> = z.strictObject({
  service: z.string(),
  decidedBy: z
    .enum(['steps', 'file'])
    .describe('file: rollout.weight is a percentage, and only a rollback is accepted.'),
  advance: z.enum(['manual', 'verdict']),
  candidate: z.string().describe('The shadow: its URL, and its version where it is configured.'),
  phase: z
    .enum(['unknown', 'shadow', 'canary', 'full', 'rolled_back'])
    .describe('unknown: the store cannot be read yet, and production serves everybody.'),
  weight: share.describe('The share of the users whom the candidate serves.'),
  pace: z.enum(['advancing', 'held']).exactOptional().describe('Only in the phase canary.'),
  steps: z.array(share).readonly(),
  next: share.exactOptional().describe('The next step.'),
  hold: milliseconds.describe('How long each step lasts at least, in milliseconds.'),
  last: z.strictObject(changeMembers).exactOptional().describe('The last change.'),
  step: z
    .strictObject({
      elapsed: milliseconds,
      answer: z.enum(ANSWERS).exactOptional(),
      reasons: z.array(z.string()).readonly().describe('In words, the gravest first.'),
      remaining: milliseconds.exactOptional().describe('About how much longer it takes; absent if that is not known.'),
      users: users.exactOptional(),
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

const MOST_CHANGES = 1_000;

const order = z.strictObject({
  service: z.string().exactOptional().describe('Required if there are several.'),
  command: z.enum(COMMANDS),
  by: z
    .string()
    .regex(/^\P{C}{1,100}$/u)
    .exactOptional()
    .describe('Who says so; for the history.'),
  reason: z
    .string()
    .regex(/^\P{C}{1,500}$/u)
    .exactOptional(),
});

export function rollout({ rollouts }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/rollout',
      access: 'guarded',
      summary: 'Where each service is on its way from its primary to its shadow, and what is to be done.',
      query: z.strictObject({ service: scopeMembers.service }),
      answer: json(rolloutStatuses),
      handle: ({ query: { service } }) => ({
        rollouts: rollouts.status.filter((each) => service === undefined || each.service === service),
      }),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/rollout/history',
      access: 'guarded',
      summary: 'What happened, who did it and why, the latest first.',
      query: z.strictObject({
        service: scopeMembers.service,
        limit: queryInteger(1, MOST_CHANGES).exactOptional().describe('Of each service; 50 by default.'),
      }),
      answer: json(z.strictObject({ changes: z.array(rolloutChange).readonly() })),
      problems: ['store_unusable'],
      handle: async ({ query: { service, limit = 50 } }) => ({ changes: await rollouts.history(limit, service) }),
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/rollout',
      access: 'guarded',
      summary:
        'Starts, promotes, holds, rolls back or releases a rollout. Responds when that is done: with the next request for a rollback.',
      body: order,
      answer: json(rolloutStatus),
      problems: ['not_found', 'conflict'],
      async handle({ body: { service, command, by = 'api', reason = 'no reason was given' } }) {
        const result = await rollouts.command(service, command, by, reason);
        if (result === 'no_such_rollout') throw unknownRollout(service, rollouts.status);
        if (!result.ok) throw new Problem('conflict', result.why);
        return rollouts.status.find((each) => service === undefined || each.service === service)!;
      },
    }),
  ];
}

function unknownRollout(service: string | undefined, all: readonly RolloutStatus[]): Problem {
  const found =
    service === undefined ? (all.length === 0 ? 'none' : 'no name, and there are several') : JSON.stringify(service);
  const allowed = all.map((each) => each.service).join(', ') || 'a service with rollout in the configuration';
  return new Problem('not_found', `service: no such rollout; found ${found}; allowed: ${allowed}`);
}
