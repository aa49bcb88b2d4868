import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { questionMembers, questionOf } from '../verdict-question.ts';
import { verdict as verdictSchema } from '../verdict-schema.ts';

export function verdict({ ask, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/verdict',
      access: 'guarded',
      summary: 'Whether the shadow may be released: pass, regression, inconclusive or invalid, with the reasons.',
      query: z.strictObject(questionMembers),
      answer: json(verdictSchema),
      problems: ['not_found', 'store_unusable'],
      async handle({ query }) {
        return ask('verdict', { ...questionOf(query), now: now() });
      },
    }),
  ];
}
