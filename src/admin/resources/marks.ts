import * as z from 'zod';
import { readMark } from '../../results/triage.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { markMembers } from '../mark-schema.ts';
import { Problem } from '../problem.ts';
import { place } from '../schemas.ts';

const body = z.strictObject({
  ids: z.array(z.string().max(100)).min(1).max(1000).describe('Ids of signatures.'),
  service: z.string().exactOptional().describe('Only this service, if several have one of the signatures.'),
  within: z
    .array(place)
    .exactOptional()
    .describe('Only signatures that differ at none but these places. Absent: whatever they differ in.'),
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
      answer: json(
        z.strictObject({
          marked: z.int().nonnegative(),
          left: z.int().nonnegative().describe('Not marked, because they differ elsewhere, too.'),
        }),
      ),
      problems: ['not_found', 'store_unusable'],
      async handle({ body: { ids: given, service, within, ...request } }) {
        const read = readMark(request, now());
        if ('wrong' in read) throw new Problem('invalid_body', `${read.member}: ${read.wrong}`);
        const ids = [...new Set(given)];
        const which = { ids, ...(service !== undefined && { service }), ...(within !== undefined && { within }) };
        const result = await store.mark({ ...which, mark: read.mark });
        if ('unknown' in result) throw new Problem('not_found', unknownInWords(result.unknown));
        if (result.marked.length > 0) onMarked(result.marked);
        return { marked: result.marked.length, left: result.left.length };
      },
    }),
  ];
}

const MOST_NAMED = 10;

function unknownInWords(ids: readonly string[]): string {
  const named = ids.slice(0, MOST_NAMED).join(', ');
  return `Nothing was marked: ${ids.length} of the ids have no signature: ${named}`;
}
