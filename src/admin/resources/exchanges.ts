import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { exchange } from '../schemas.ts';

export function exchanges({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/exchanges/{id}',
      access: 'guarded',
      summary: 'One recorded exchange: the request, the legs and their differences.',
      answer: json(exchange),
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { id } }) {
        const recorded = await store.exchange(id!);
        if (recorded === undefined) throw new Problem('not_found', 'No recorded exchange has this id.');
        return recorded;
      },
    }),
  ];
}
