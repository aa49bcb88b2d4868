import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { routeNoise } from '../noise-schema.ts';
import { routeOnly, scopeMembers, timeWindow, windowOf } from '../query-schema.ts';

const query = timeWindow.extend({ ...scopeMembers, route: routeOnly });

export function noise({ ask }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/noise',
      access: 'guarded',
      summary: 'What differs by itself, route by route and place by place, and the rules that would accept it.',
      query,
      answer: json(z.strictObject({ noise: z.array(routeNoise).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { from, to, ...asked } }) {
        return { noise: await ask('noise', { ...asked, window: windowOf({ from, to }) }) };
      },
    }),
  ];
}
