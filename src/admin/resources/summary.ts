import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { processState, scopeMembers, timeWindow, totals } from '../schemas.ts';
import { scopeOf } from '../scope.ts';

export function summary({ store, state, mirror }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/summary',
      access: 'guarded',
      summary: 'Requests and outcomes over all routes, and the state of the process.',
      query: timeWindow.extend(scopeMembers),
      answer: json(
        z.strictObject({ results: totals, mirror: z.strictObject({ enabled: z.boolean() }), process: processState }),
      ),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { service, rehearsal, ...window } }) {
        const scope = await scopeOf(store, { service, rehearsal });
        const { routes: _, ...results } = await store.summary(window, scope);
        return { results, mirror: { enabled: mirror.get() }, process: state() };
      },
    }),
  ];
}
