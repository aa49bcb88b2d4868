import * as z from 'zod';
import { scopeMeant } from '../../results/scope.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { scopeMembers } from '../query-schema.ts';
import { redaction } from '../schemas.ts';

export function redactions({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/redactions',
      access: 'guarded',
      summary:
        'What redaction hid in recorded examples and in the access log, by rule; `redact.allow` takes rules and names that should be shown.',
      query: z.strictObject(scopeMembers),
      answer: json(z.strictObject({ redactions: z.array(redaction).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query }) {
        return { redactions: await store.redactions(await scopeMeant(store, query)) };
      },
    }),
  ];
}
