import * as z from 'zod';
import { scopeMeant } from '../../results/scope.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { scopeMembers, timeWindow } from '../query-schema.ts';
import { latencyOfRoute } from '../schemas.ts';

export function latency({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/latency',
      access: 'guarded',
      summary: 'Latency of each leg, and the paired delta, for each route.',
      query: timeWindow.extend(scopeMembers),
      answer: json(z.strictObject({ routes: z.array(latencyOfRoute).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { service, rehearsal, ...window } }) {
        const { routes } = await store.summary(window, await scopeMeant(store, { service, rehearsal }));
        return { routes: routes.map(({ requests: _, outcomes: __, ...latency }) => latency) };
      },
    }),
  ];
}
