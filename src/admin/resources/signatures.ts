import * as z from 'zod';
import { scopeMeant } from '../../results/scope.ts';
import { triaged } from '../../results/triage.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { queryInteger, scopeMembers } from '../query-schema.ts';
import { ending, signatureDetail, signatureRow } from '../schemas.ts';

const query = z.strictObject({
  ...scopeMembers,
  route: z.string().exactOptional().describe('Only this route.'),
  ending: z
    .union([ending.transform((one) => [one]), z.array(ending)])
    .exactOptional()
    .describe('Only these endings; may be repeated. Without it, only mismatches.'),
  limit: queryInteger(1, 1000).exactOptional().describe('Default 100.'),
});

export function signatures({ store, ask, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/signatures',
      access: 'guarded',
      summary: 'What differs: routes, status pairs and sets of differing places, the most frequent first.',
      query,
      answer: json(z.strictObject({ signatures: z.array(signatureRow).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { ending: endings, ...asked } }) {
        return { signatures: await ask('signatures', { ...asked, ...(endings && { endings }), now: now() }) };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/signatures/{id}',
      access: 'guarded',
      summary: 'One signature with its examples.',
      query: z.strictObject(scopeMembers),
      answer: json(signatureDetail),
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { id }, query: scope }) {
        const detail = await store.signature(id!, await scopeMeant(store, scope));
        if (detail === undefined) throw new Problem('not_found', 'No signature has this id.');
        return triaged(detail, now());
      },
    }),
  ];
}
