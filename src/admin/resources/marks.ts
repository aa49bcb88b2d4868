import * as z from 'zod';
import { readMark } from '../../results/triage.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { markMembers } from '../mark-schema.ts';
import { Problem } from '../problem.ts';

const body = z.strictObject({
  ids: z.array(z.string().max(100)).min(1).max(1000).describe('Ids of signatures.'),
  service: z.string().exactOptional().describe('Only this service, if several have one of the signatures.'),
  ...markMembers,
});

export function marks({ store, now, onMarked }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/marks',
      access: 'guarded',
      tells: 'marks',
      summary: 'Marks signatures, as PUT /api/v1/signatures/{id}/state does: all of them, or none if an id is unknown.',
      body,
      answer: json(z.strictObject({ marked: z.int().nonnegative() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ body: { ids: given, service, ...request } }) {
        const read = readMark(request, now());
        if ('wrong' in read) throw new Problem('invalid_body', `${read.member}: ${read.wrong}`);
        const ids = [...new Set(given)];
        const unknown = await store.mark({ ids, ...(service !== undefined && { service }), mark: read.mark });
        if (unknown.length > 0) {
          const named = unknown.slice(0, MOST_NAMED).join(', ');
          throw new Problem(
            'not_found',
            `Nothing was marked: ${unknown.length} of the ids have no signature: ${named}`,
          );
        }
        onMarked(ids);
        return { marked: ids.length };
      },
    }),
  ];
}

const MOST_NAMED = 10;
