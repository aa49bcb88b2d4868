import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { scopeMembers, timeWindow, windowOf } from '../query-schema.ts';
import { latencyDetail } from '../route-schema.ts';
import { latencyOfRoute } from '../schemas.ts';

export function latency({ ask }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/latency',
      access: 'guarded',
      summary: 'Latency of each leg, and the paired delta, for each route.',
      query: timeWindow.extend(scopeMembers),
      answer: json(z.strictObject({ routes: z.array(latencyOfRoute).readonly() })),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { service, rehearsal, ...window } }) {
        return { routes: await ask('latencies', { window, service, rehearsal }) };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/latency/{route}',
      access: 'guarded',
      summary: 'The latencies of one route as distributions: deciles, histograms, the paired delta, the margin.',
      query: timeWindow.extend(scopeMembers),
      answer: json(latencyDetail),
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { route }, query: { from, to, ...asked } }) {
        const found = await ask('latency', { route: route!, ...asked, window: windowOf({ from, to }) });
        if (found === undefined) throw new Problem('not_found', 'No route of this name has results.');
        return found;
      },
    }),
  ];
}
