import * as z from 'zod';
import { pathTemplate } from './match.ts';
import { flag, integer, method, text, value } from './values.ts';

const METHOD_AND_PATH = /^([A-Z]+) (.+)$/;

/** A path template, alone or behind a method. */
const template = value<{ readonly method?: string; readonly path: string }>(
  {
    allowed: 'a path such as /users/:name, for all methods, or with one, such as GET /users/:name',
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
        'Whether requests that no route matches form routes of their own. Otherwise they all form the route "default". Under "default" are also counted: paths that were never answered with success, and methods other than GET, HEAD, POST, PUT, PATCH and DELETE.',
    }),
    limit: integer(1, 500).prefault('100').meta({
      description:
        'The most such routes of a service; of several services, each may have an equal part of 768. When there are more, the path segments with most values become :id, and what still has no place is the route "other".',
      unit: 'routes',
      hazard: 'Each has some 150 time series in the metrics, and some memory for each edge thread.',
    }),
    templates: z
      .array(template)
      .prefault([])
      .meta({
        description:
          'Paths that name a route as they are written, with a method or for all methods. A literal segment goes before a parameter.',
        example: ['/tags/:tag', 'GET /products/search'],
      }),
    openapi: text({ noun: 'a file name', form: /^[^\0]+$/, allowed: 'a file name' })
      .optional()
      .meta({
        description: 'An OpenAPI 3 document, as YAML or JSON, whose operations name routes: GET /users/{userId}.',
        absent: 'names are learned from the paths alone',
        example: './openapi.yaml',
      }),
    operations: z.array(operation).prefault([]).meta({
      description:
        'Paths at which the body names an operation, which then is a route, too. GraphQL (paths that end in /graphql) and JSON-RPC (in /rpc, /jsonrpc, /json-rpc) need not be listed.',
    }),
  })
  .prefault({})
  .meta({
    description:
      'How requests are told apart that no route matches: by method and path, where path segments that look like ids, or have many values, are :id. The settings under mirror and compare hold for all of them.',
  });
