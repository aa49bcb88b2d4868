import * as z from 'zod';
import { ruleState } from '../../results/rule-state.ts';
import { scopeMeant } from '../../results/scope.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { scopeMembers } from '../query-schema.ts';
import { rule } from '../schemas.ts';

export function rules({ store, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/rules',
      access: 'guarded',
      summary: 'The rules of the configuration and how often each was used, the least used first.',
      query: z.strictObject(scopeMembers),
      answer: json(z.strictObject({ rules: z.array(rule).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query }) {
        const rows = await store.rules(await scopeMeant(store, query));
        return { rules: rows.map((row) => ({ ...row, state: ruleState(row, now()) })) };
      },
    }),
  ];
}
