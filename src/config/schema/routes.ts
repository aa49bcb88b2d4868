import * as z from 'zod';
import { DEFAULT_ROUTE, OTHER_ROUTE } from '../../model/route.ts';
import { routeCompare } from './compare.ts';
import { routeMirror } from './mirror.ts';
import { fields } from './shape.ts';
import { fieldName, flag, headerValue, method, pattern, text, value, word } from './values.ts';

/** Each route has its own counters and its own row of results, in metrics and in the report. */
const MAX_ROUTES = 250;

const NAME = /^(?!default$|other$)[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;

const name = value<string>(
  { allowed: '1 to 64 letters, digits and . _ - : /, beginning with a letter or digit', json: pattern(NAME) },
  (written) => {
    if (written === DEFAULT_ROUTE) return { wrong: 'reserved for the requests that no route matches' };
    if (written === OTHER_ROUTE) return { wrong: 'reserved for the requests that would make too many routes' };
    return NAME.test(written) ? { value: written } : { wrong: 'not a route name' };
  },
).meta({ description: 'What the route is called in results and metrics.', example: 'orders' });

/** Literal characters of a segment (RFC 3986, pchar, without `;` and `*`), not beginning with a colon. */
const LITERAL = "(?:[A-Za-z0-9._~!$&'()+,=@-]|%[0-9A-Fa-f]{2})(?:[A-Za-z0-9._~!$&'()+,=@:-]|%[0-9A-Fa-f]{2})*";
const SEGMENT = `/(?!\\.{1,2}(?:/|$))(?:${LITERAL}|:[A-Za-z_][A-Za-z0-9_]*)`;

export const pathTemplate = text({
  noun: 'a path template',
  form: new RegExp(`^(?:/|(?:${SEGMENT})+/?|(?:${SEGMENT})*/\\*)$`),
  allowed: 'a path such as /api/orders/:id or /static/*, without query, empty segments and dot segments',
});

const host = text({
  noun: 'a host name',
  form: /^(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$|^\[[0-9A-Fa-f:.]+\]$/,
  allowed: 'a host name without port, such as api.example.com or *.example.com',
}).transform((written) => written.toLowerCase().replace(/\.$/, ''));

const ANY = '*';

const match = z
  .strictObject({
    path: pathTemplate.optional().meta({
      description:
        'The path, without query: literal segments, :name for any one segment, a final * for the rest. Matched against the path with unreserved escapes decoded, and empty and dot segments resolved.',
      absent: 'any path',
      example: '/api/orders/:id',
    }),
    methods: z
      .array(method())
      .min(1)
      .optional()
      .meta({ description: 'The methods.', absent: 'any method', example: ['GET'] }),
    host: host.optional().meta({
      description:
        'The host that the client asked for, whatever the port; *.example.com is any host below it. Matched against the name in lower case, without a final dot and with escapes decoded.',
      absent: 'any host',
      example: 'api.example.com',
    }),
    headers: fields(fieldName(), headerValue())
      .transform((record) =>
        Object.entries(record).map(([name, value]) => ({ name, value: value === ANY ? undefined : value })),
      )
      .optional()
      .meta({
        description:
          'Headers with the value each must have, or * where it need only be there. Where a request has several of a name, one of them must.',
        absent: 'any headers',
        example: { 'x-client': 'mobile', 'x-session': ANY },
      }),
  })
  .prefault({})
  .meta({ description: 'Which requests belong to the route. All that is given must match.' });

const route = z.strictObject({
  name,
  match,
  mirror: z
    .union([word('false', false as const, { const: false }), routeMirror])
    .optional()
    .meta({
      description: 'What the mirror does with the requests of this route, or false: they are never copied.',
      absent: 'as under mirror',
    }),
  compare: routeCompare.optional().meta({
    description: 'How the answers of this route are compared.',
    absent: 'as under compare',
  }),
  grouping: flag().prefault('false').meta({
    description:
      'Whether its requests are told apart by method and path, as under grouping: "orders GET /orders/:id" and so on.',
  }),
});

export const routes = z.array(route).max(MAX_ROUTES).prefault([]).meta({
  description:
    'Classes of requests, in order: the first that matches wins; the rest is named as under grouping. Results are reported for each route.',
});
