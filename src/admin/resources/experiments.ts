import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { experimentList } from '../experiment-schema.ts';
import { Problem } from '../problem.ts';
import { scopeMembers } from '../query-schema.ts';

export function experiments({ ask }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/experiments',
      access: 'guarded',
      summary: 'What each experiment shows so far: those that run first, then the latest first.',
      query: z.strictObject({ service: scopeMembers.service }),
      answer: json(experimentList),
      problems: ['store_unusable'],
      handle: async ({ query: { service } }) => ({
        experiments: await ask('experiments', service === undefined ? {} : { service }),
      }),
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/experiments/{service}/{name}',
      access: 'guarded',
      summary: 'One experiment in all its editions, the present one first.',
      answer: json(experimentList),
      problems: ['store_unusable'],
      async handle({ params }) {
        const [service, experiment] = [params['service']!, params['name']!];
        const found = await ask('experiments', { service, experiment });
        if (found.length > 0) return { experiments: found };
        const names = (await ask('experiments', {})).map((each) => `${each.service}/${each.experiment}`);
        const allowed = [...new Set(names)].join(', ') || 'none, since no experiment is configured';
        throw new Problem('not_found', `no such experiment; found ${service}/${experiment}; allowed: ${allowed}`);
      },
    }),
  ];
}
