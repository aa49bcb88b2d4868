import * as z from 'zod';
import { DEFAULT_ROUTE, OTHER_ROUTE } from '../../model/route.ts';
import { routeCompare } from './compare.ts';
import { match } from './match.ts';
import { routeMirror } from './mirror.ts';
import { routeRollout } from './rollout.ts';
import { serviceName } from './services.ts';
import { flag, pattern, value, word } from './values.ts';

/** Each route has its own counters and its own row in metrics and in the report. */
const MAX_ROUTES = 250;

const NAME = /^(?!default$|other$)[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;

const name = value<string>(
  { allowed: '1 to 64 letters, digits and . _ - : /, beginning with a letter or digit', json: pattern(NAME) },
  (written) => {
    if (written === DEFAULT_ROUTE) return { wrong: 'reserved for the requests that no route matches' };
    if (written === OTHER_ROUTE) return { wrong: 'reserved for requests beyond the largest number of routes' };
    return NAME.test(written) ? { value: written } : { wrong: 'not a route name' };
  },
).meta({ description: 'What the route is called in results and metrics.', example: 'orders' });

const route = z.strictObject({
  name,
  service: serviceName.optional().meta({
    description: 'The service that its requests are for, by its name under services.',
    absent: 'the only service; with several services, each route must name one',
    example: 'default',
  }),
  match: match
    .prefault({})
    .meta({ description: 'Which requests belong to the route. All given conditions must match.' }),
  mirror: z
    .union([word('false', false as const, { const: false }), routeMirror])
    .optional()
    .meta({
      description: 'What the mirror does with the requests of this route, or false: they are never copied.',
      absent: 'as under mirror',
    }),
  rollout: z
    .union([word('false', false as const, { const: false }), routeRollout])
    .optional()
    .meta({
      description:
        'How the requests of this route take part in the rollout of its service, or false: production serves them all.',
      absent: 'as under rollout',
    }),
  compare: routeCompare.optional().meta({
    description: 'How the responses of this route are compared.',
    absent: 'as under compare',
  }),
  grouping: flag().prefault('false').meta({
    description:
      'Whether its requests are divided further by method and path, as under grouping: "orders GET /orders/:id" and so on.',
  }),
});

export const routes = z.array(route).max(MAX_ROUTES).prefault([]).meta({
  description:
    'Classes of requests, in order: the first that matches wins. Requests that match none are named as described under grouping. Results are reported for each route.',
});
