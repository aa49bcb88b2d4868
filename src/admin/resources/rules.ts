import * as z from 'zod';
import { ruleText } from '../../compare/rules/rule-text.ts';
import type { RuleRow } from '../../model/store-reader.ts';
import { ruleState } from '../../results/rule-state.ts';
import { scopeMeant } from '../../results/scope.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { scopeMembers } from '../query-schema.ts';
import { rule } from '../schemas.ts';

export function rules({ store, comparedUnder, now }: AdminDependencies): readonly Endpoint[] {
  /** Whether a rule is in the configuration of this route. */
  function appliedTo(route: string, service: string | undefined) {
    const { compare } = comparedUnder({ route, ...(service !== undefined && { service }) }).route;
    const own = new Set(compare.rules.map((rule) => `${ruleText(rule)} ${rule.origin}`));
    return ({ rule, origin }: RuleRow) => own.has(`${rule} ${origin}`);
  }

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/rules',
      access: 'guarded',
      summary: 'The rules of the configuration and how often each was used, the least used first.',
      query: z.strictObject({
        ...scopeMembers,
        route: z.string().exactOptional().describe('Only the rules that apply to this route, with its hits alone.'),
      }),
      answer: json(z.strictObject({ rules: z.array(rule).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { route, ...asked } }) {
        const rows = await store.rules(await scopeMeant(store, asked), route);
        const applies = route === undefined ? () => true : appliedTo(route, asked.service);
        return { rules: rows.filter(applies).map((row) => ({ ...row, state: ruleState(row, now()) })) };
      },
    }),
  ];
}
