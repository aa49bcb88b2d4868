import * as z from 'zod';
import { scopeMeant } from '../../results/scope.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, nothing } from '../endpoint.ts';
import { scopeMembers } from '../query-schema.ts';

export function results({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'DELETE',
      path: '/api/v1/results',
      access: 'guarded',
      tells: 'rehearsals',
      summary: 'Deletes all results, or those of one rehearsal. Metrics are kept.',
      query: z.strictObject({ rehearsal: scopeMembers.rehearsal }),
      answer: nothing,
      problems: ['not_found', 'store_unusable'],
      async handle({ query }) {
        const scope = await scopeMeant(store, query);
        return store.clear(scope.rehearsal);
      },
    }),
  ];
}
