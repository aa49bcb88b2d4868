import * as z from 'zod';
import { triageOf } from '../../model/triage.ts';
import { readMark } from '../../results/triage.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { markMembers } from '../mark-schema.ts';
import { Problem } from '../problem.ts';
import { triage } from '../schemas.ts';

const query = z.strictObject({
  service: z.string().exactOptional().describe('Only this service, if several have the signature.'),
});

const body = z.strictObject(markMembers);

export function signatureState({ store, now, onMarked }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'PUT',
      path: '/api/v1/signatures/{id}/state',
      access: 'guarded',
      tells: 'marks',
      summary:
        'Marks a signature: `expected` for a reason, `fixed`, or `open`. The mark applies to all rehearsals of its service.',
      query,
      body,
      answer: json(triage),
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { id }, query: service, body: request }) {
        const read = readMark(request, now());
        if ('wrong' in read) throw new Problem('invalid_body', `${read.member}: ${read.wrong}`);
        const result = await store.mark({ ids: [id!], ...service, mark: read.mark });
        if ('unknown' in result) throw new Problem('not_found', 'No signature has this id.');
        onMarked([id!]);
        return triageOf(read.mark === 'open' ? undefined : read.mark, now());
      },
    }),
  ];
}
