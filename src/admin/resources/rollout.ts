import * as z from 'zod';
import type { RolloutStatus } from '../../results/rollout-status.ts';
import { COMMANDS } from '../../rollout/lifecycle.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { queryInteger, scopeMembers } from '../query-schema.ts';
import { rolloutChange, rolloutStatus, rolloutStatuses } from '../rollout-schema.ts';

const MOST_CHANGES = 1_000;

const order = z.strictObject({
  service: z.string().exactOptional().describe('Required if there are several.'),
  command: z.enum(COMMANDS),
  by: z
    .string()
    .regex(/^\P{C}{1,100}$/u, { error: 'not 1 to 100 characters without control characters' })
    .exactOptional()
    .describe('Who says so; for the history.'),
  reason: z
    .string()
    .regex(/^\P{C}{1,500}$/u, { error: 'not 1 to 500 characters without control characters' })
    .exactOptional(),
  revision: z
    .int()
    .nonnegative()
    .exactOptional()
    .describe('Of the last change that you know, 0 before the first: refused (conflict) if there is a later one.'),
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
      async handle({ body: { service, command, by = 'api', reason = 'no reason was given', revision } }) {
        const result = await rollouts.command(service, command, by, reason, revision);
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
