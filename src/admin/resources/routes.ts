import * as z from 'zod';
import { scopeMeant } from '../../results/scope.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { scopeMembers, timeWindow } from '../query-schema.ts';
import { routeSummary } from '../schemas.ts';

export function routes({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/routes',
      access: 'guarded',
      summary: 'Requests, outcomes and latency of each route.',
      query: timeWindow.extend(scopeMembers),
      answer: json(z.strictObject({ routes: z.array(routeSummary).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { service, rehearsal, ...window } }) {
        return { routes: (await store.summary(window, await scopeMeant(store, { service, rehearsal }))).routes };
      },
    }),
  ];
}
