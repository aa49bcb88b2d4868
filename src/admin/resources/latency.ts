import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { latencyOfRoute, timeWindow } from '../schemas.ts';

export function latency({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/latency',
      access: 'guarded',
      summary: 'Latency of each leg, and the paired delta, for each route.',
      query: timeWindow,
      answer: json(z.strictObject({ routes: z.array(latencyOfRoute) })),
      problems: ['store_unusable'],
      async handle({ query }) {
        const { routes } = await store.summary(query);
        return { routes: routes.map(({ requests: _, outcomes: __, ...latency }) => latency) };
      },
    }),
  ];
}
