import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, nothing } from '../endpoint.ts';

export function results({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'DELETE',
      path: '/api/v1/results',
      access: 'guarded',
      summary: 'Deletes all results. Metrics count on.',
      answer: nothing,
      problems: ['store_unusable'],
      handle: () => store.clear(),
    }),
  ];
}
