import * as z from 'zod';
import { scopeMeant } from '../../results/scope.ts';
import { serviceResults } from '../../results/services.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { mirrorState } from '../mirror-schema.ts';
import { scopeMembers, timeWindow } from '../query-schema.ts';
import { processState, serviceRow, totals } from '../schemas.ts';

export function summary({ store, state, mirror }: AdminDependencies): readonly Endpoint[] {
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
        const scope = await scopeMeant(store, { service, rehearsal });
        const [{ routes, ...results }, known] = await Promise.all([store.summary(window, scope), store.services()]);
        const services = serviceResults(known, routes, scope);
        return { results, services, mirror: mirror.get(), process: state() };
      },
    }),
  ];
}
