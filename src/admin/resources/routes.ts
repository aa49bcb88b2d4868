import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { routeSummary, timeWindow } from '../schemas.ts';

export function routes({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/routes',
      access: 'guarded',
      summary: 'Requests, outcomes and latency of each route.',
      query: timeWindow,
      answer: json(z.strictObject({ routes: z.array(routeSummary).readonly() })),
      problems: ['store_unusable'],
      async handle({ query }) {
        return { routes: (await store.summary(query)).routes };
      },
    }),
  ];
}
