import * as z from 'zod';
import { rehearsalsOf } from '../../results/scope.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { created, type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { scopeMembers } from '../query-schema.ts';
import { rehearsal, rehearsalRow } from '../schemas.ts';

const beginning = z.strictObject({
  service: z.string().exactOptional().describe('Required if there are several.'),
  label: z
    .string()
    .regex(/^\P{C}{1,100}$/u, { error: 'not 1 to 100 characters without control characters' })
    .exactOptional()
    .describe('A description of 1 to 100 characters.'),
});

export function rehearsals({ store, rehearse, services }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/rehearsals',
      access: 'guarded',
      summary: 'The rehearsals, by service: the present one first, then the earlier ones, the latest first.',
      query: z.strictObject({ service: scopeMembers.service }),
      answer: json(z.strictObject({ rehearsals: z.array(rehearsalRow).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { service } }) {
        return { rehearsals: await rehearsalsOf(store, service) };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/rehearsals',
      access: 'guarded',
      tells: 'rehearsals',
      summary: 'Begins a rehearsal with the version of the present one. Copies from now on belong to it.',
      body: beginning,
      answer: created(rehearsal),
      problems: ['not_found'],
      async handle({ body }) {
        const begun = await rehearse(body);
        if (begun !== undefined) return begun;
        const found = body.service === undefined ? 'no name, and there are several' : JSON.stringify(body.service);
        const allowed = services().map(({ service }) => service);
        throw new Problem('not_found', `service: found ${found}; allowed: ${allowed.join(', ')}`);
      },
    }),
  ];
}
