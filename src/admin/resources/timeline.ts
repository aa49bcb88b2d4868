import { scopeMeant } from '../../results/scope.ts';
import { readTimeline } from '../../results/timeline.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { queryInteger, routeOnly, scopeMembers, timeWindow } from '../query-schema.ts';
import { timeline as timelineSchema } from '../timeline-schema.ts';

const query = timeWindow.extend({
  ...scopeMembers,
  route: routeOnly,
  points: queryInteger(1, 1000).exactOptional().describe('The most steps that are wanted. Default 120.'),
});

const USUAL_POINTS = 120;

export function timeline({ store }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/timeline',
      access: 'guarded',
      summary:
        'Results over time: requests, outcomes, latency of the legs and the paired delta. Windows beyond two days have steps of an hour at least.',
      query,
      answer: json(timelineSchema),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { points = USUAL_POINTS, route, service, rehearsal, ...window } }) {
        const scope = await scopeMeant(store, { service, rehearsal });
        return readTimeline(store, { window, points, ...(route !== undefined && { route }), scope });
      },
    }),
  ];
}
