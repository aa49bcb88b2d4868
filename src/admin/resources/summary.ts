import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { mirrorState } from '../mirror-schema.ts';
import { scopeMembers, timeWindow } from '../query-schema.ts';
import { processState, serviceRow, totals } from '../schemas.ts';

export function summary({ ask, state, mirror }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/summary',
      access: 'guarded',
      summary: 'Requests and outcomes over all routes, and of each service, and the state of the process.',
      query: timeWindow.extend(scopeMembers),
      answer: json(
        z.strictObject({
          results: totals,
          services: z.array(serviceRow).readonly(),
          mirror: mirrorState,
          process: processState,
        }),
      ),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { service, rehearsal, ...window } }) {
        const counted = await ask('totals', { window, service, rehearsal });
        return { ...counted, mirror: mirror.get(), process: state() };
      },
    }),
  ];
}
