import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { queryInteger, routeOnly, scopeMembers, timeWindow, windowOf } from '../query-schema.ts';
import { timeline as timelineSchema } from '../timeline-schema.ts';

const query = timeWindow.extend({
  ...scopeMembers,
  route: routeOnly,
  points: queryInteger(1, 1000).exactOptional().describe('The most steps that are wanted. Default 120.'),
});

const USUAL_POINTS = 120;

export function timeline({ ask }: AdminDependencies): readonly Endpoint[] {
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
      handle({ query: { points = USUAL_POINTS, from, to, ...asked } }) {
        return ask('timeline', { ...asked, window: windowOf({ from, to }), points });
      },
    }),
  ];
}
