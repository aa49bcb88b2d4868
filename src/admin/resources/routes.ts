import * as z from 'zod';
import { ROUTE_STATES } from '../../results/results.ts';
import { ROUTE_ORDERS } from '../../results/route-page.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import {
  pageMembers,
  routeOnly,
  scopeMembers,
  someOf,
  textMember,
  timeWindow,
  USUAL_PAGE,
  windowOf,
} from '../query-schema.ts';
import { routePage } from '../route-schema.ts';

const query = timeWindow.extend({
  ...scopeMembers,
  route: routeOnly,
  text: textMember.describe('Part of the name; case does not matter.'),
  state: someOf(ROUTE_STATES).describe('Only this state; may be repeated.'),
  sort: z.enum(ROUTE_ORDERS).exactOptional().describe('Default requests. `mismatches`: those that are open.'),
  order: z.enum(['asc', 'desc']).exactOptional().describe('Default desc; for `route` asc.'),
  ...pageMembers,
});

export function routes({ ask, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/routes',
      access: 'guarded',
      summary: 'Requests, outcomes, mismatch rate, evidence and latency of each route.',
      query,
      answer: json(routePage),
      problems: ['not_found', 'store_unusable'],
      handle({ query: { from, to, state, sort = 'requests', order, ...asked } }) {
        return ask('routes', {
          ...USUAL_PAGE,
          ...asked,
          ...(state && { states: state }),
          sort,
          order: order ?? (sort === 'route' ? 'asc' : 'desc'),
          window: windowOf({ from, to }),
          now: now(),
        });
      },
    }),
  ];
}
