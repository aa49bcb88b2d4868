import * as z from 'zod';
import { STATUS_CODES } from '../lib/node-http.ts';
import { ANSWERS } from '../model/answer.ts';
import type { Endpoint } from './endpoint.ts';
import { PROBLEMS, type ProblemCode } from './problem.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 description of these endpoints. */
export function describeApi(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Understudy',
      version: '1',
      summary: 'Results and controls of a proxy that lets a new version of a service rehearse every live request.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    // If no token is configured, none is needed.
    security: [{ bearer: [] }, { basic: [] }, {}],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic', description: 'Any user name, the token as password.' },
      },
      schemas: { Problem: PROBLEM },
    },
  };
}

const PROBLEM = {
  type: 'object',
  description: 'Problem details, RFC 9457.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    reasons: {
      type: 'array',
      items: { type: 'string' },
      description: 'With `not_ready`: everything that is missing. With `gate_closed`: the reasons of the verdict.',
    },
    verdict: { type: 'string', enum: ANSWERS, description: 'With `gate_closed`.' },
    problems: { type: 'array', items: { type: 'string' }, description: 'With `config_invalid`: every error.' },
  },
  required: ['type', 'title', 'status', 'detail', 'code'],
};

function operation(endpoint: Endpoint): Json {
  return {
    operationId: operationId(endpoint),
    summary: endpoint.summary,
    ...(endpoint.access === 'open' && { security: [] }),
    parameters: [...pathParameters(endpoint), ...queryParameters(endpoint)],
    ...(endpoint.body && { requestBody: { required: true, content: content('application/json', endpoint.body) } }),
    responses: { ...success(endpoint), ...failures(endpoint) },
  };
}

/** `GET /api/v1/signatures/{id}` is `getSignaturesById`. */
function operationId({ method, path }: Endpoint): string {
  const words = path
    .replace('/api/v1', '')
    .split(/[/.]/)
    .filter((word) => word !== '')
    .map((word) => word.replace(/^\{(\w+)\}$/, 'by-$1'))
    .flatMap((word) => word.split('-'));
  return [method.toLowerCase(), ...words]
    .map((word, index) => (index === 0 ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join('');
}

function pathParameters({ path }: Endpoint): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: Endpoint): Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function success({ answer: { status, type, schema } }: Endpoint): Json {
  const described = { description: STATUS_CODES[status] };
  return { [status]: type === undefined ? described : { ...described, content: content(type, schema) } };
}

function failures(endpoint: Endpoint): Json {
  const responses: Record<string, Json> = {};
  for (const [status, codes] of Map.groupBy(problemsOf(endpoint), (code) => PROBLEMS[code])) {
    responses[status] = {
      description: codes.map((code) => `\`${code}\``).join(' or '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

/** In the order of the checks: the general ones before every endpoint, then its own. */
function problemsOf({ method, path, access, query, body, problems = [] }: Endpoint): ProblemCode[] {
  const own = new Set<ProblemCode>(problems);
  if (path.includes('{')) own.add('not_found');
  return [
    'misdirected',
    ...(access === 'guarded' ? (['unauthorized'] as const) : []),
    ...(method !== 'GET' ? (['cross_site', 'not_json'] as const) : []),
    ...(query ? (['invalid_query'] as const) : []),
    ...(body ? (['invalid_body', 'too_large'] as const) : []),
    ...own,
    'internal',
  ];
}

function content(type: string, schema?: z.ZodType): Json {
  return { [type]: { schema: schema ? schemaOf(schema, 'output') : { type: 'string' } } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return described;
}
