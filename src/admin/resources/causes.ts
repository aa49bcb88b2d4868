import * as z from 'zod';
import { readResults } from '../../results/results.ts';
import { scopeMeant } from '../../results/scope.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { queryInteger, scopeMembers, timeWindow } from '../query-schema.ts';
import { cause, expectedCause, openCause } from '../schemas.ts';

const query = timeWindow.extend({
  ...scopeMembers,
  route: z.string().exactOptional().describe('Only this route.'),
  limit: queryInteger(1, 1000).exactOptional().describe('How many of each kind. Default 100.'),
});

const USUAL_CAUSES = 100;

export function causes({ store, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/causes',
      access: 'guarded',
      summary: 'The causes of the mismatches and of the failures of the shadow, one row each, the most severe first.',
      query,
      answer: json(
        z.strictObject({
          causes: z.array(openCause).readonly(),
          failures: z.array(openCause).readonly(),
          expected: z.array(expectedCause).readonly().describe('Causes of both kinds that were marked as expected.'),
          fixed: z
            .array(cause)
            .readonly()
            .describe('Causes of both kinds that were marked as fixed, and not seen since.'),
        }),
      ),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { route, limit = USUAL_CAUSES, service, rehearsal, ...window } }) {
        const scope = await scopeMeant(store, { service, rehearsal });
        const of = { ...(route !== undefined && { route }), window, scope, now: now() };
        const { mismatches, failures, expected, fixed } = await readResults(store, of);
        return {
          causes: mismatches.causes.slice(0, limit),
          failures: failures.causes.slice(0, limit),
          expected: expected.causes.slice(0, limit),
          fixed: fixed.causes.slice(0, limit),
        };
      },
    }),
  ];
}
