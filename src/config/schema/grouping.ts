import * as z from 'zod';
import { pathTemplate } from './match.ts';
import { flag, integer, method, text, value } from './values.ts';

const METHOD_AND_PATH = /^([A-Z]+) (.+)$/;

/** A path template, alone or after a method. */
const template = value<{ readonly method?: string; readonly path: string }>(
  {
    allowed: 'a path such as /users/:name for all methods, or a method and a path, such as GET /users/:name',
    json: { type: 'string', pattern: '^([A-Z]+ )?/' },
  },
  (written) => {
    const [, verb, path = written] = METHOD_AND_PATH.exec(written) ?? [];
    if (!pathTemplate.safeParse(path).success) return { wrong: 'not a path template' };
    if (verb !== undefined && !method().safeParse(verb).success) return { wrong: 'not a known method' };
    return { value: verb === undefined ? { path } : { method: verb, path } };
  },
);

const operation = z.strictObject({
  path: pathTemplate.meta({ description: 'The path, as in the match of a route.', example: '/api/call' }),
  field: text({ noun: 'a member', form: /^[^\s]{1,64}$/, allowed: 'the name of a member at the top of the body' })
    .prefault('method')
    .meta({ description: 'The member of the JSON body whose value names the operation.' }),
});

export const grouping = z
  .strictObject({
    enabled: flag().prefault('true').meta({
      description:
        'Whether requests that no route matches form routes of their own. Otherwise they all belong to the route "default". That route also counts requests for paths that never had a successful response, and requests with methods other than GET, HEAD, POST, PUT, PATCH and DELETE.',
    }),
    limit: integer(1, 500).prefault('100').meta({
      description:
        'The largest number of such routes per service; several services each get at most an equal part of 768. If there are more, the path segments with the most values become :id, and requests that still do not fit go to the route "other".',
      unit: 'routes',
      hazard: 'Each route adds about 150 time series to the metrics, and needs some memory in each edge thread.',
    }),
    templates: z
      .array(template)
      .prefault([])
      .meta({
        description:
          'Paths that each name a route, with a method or for all methods. A literal segment takes precedence over a parameter.',
        example: ['/tags/:tag', 'GET /products/search'],
      }),
    openapi: text({ noun: 'a file name', form: /^[^\0]+$/, allowed: 'a file name' })
      .optional()
      .meta({
        description: 'An OpenAPI 3 document, as YAML or JSON, whose operations name routes: GET /users/{userId}.',
        absent: 'names are learned from paths only',
        example: './openapi.yaml',
      }),
    operations: z.array(operation).prefault([]).meta({
      description:
        'Paths at which the body names an operation. Each operation is then a route of its own. GraphQL (paths that end in /graphql) and JSON-RPC (in /rpc, /jsonrpc, /json-rpc) need not be listed.',
    }),
  })
  .prefault({})
  .meta({
    description:
      'How requests that no route matches are told apart: by method and path. Path segments that look like ids, or have many values, become :id. The settings under mirror and compare apply to all of them.',
  });
