import type { RecordedExchange } from '../../model/finding.ts';
import { holdsToken } from '../../model/redaction.ts';
import { DEFAULT_ROUTE, OTHER_ROUTE } from '../../model/route.ts';
import { DEFAULT_SERVICE } from '../../model/service.ts';

/** Where to put rules in the configuration: lines of YAML that end with `rules:`, and the indentation of the rules. */
export interface Destination {
  readonly lines: readonly string[];
  readonly indent: string;
}

const LONGEST_NAME = 64;
const IN_ROUTE = ' '.repeat(8);

/** A recorded exchange, with its service where that is known. */
export type Proposable = RecordedExchange & { readonly service?: string };

/** Rules are put as narrowly as possible: under the route of the examples, even if it is not configured. */
export function destinationOf(examples: readonly Proposable[]): Destination {
  const { route, service } = examples[0]!;
  const named = service === undefined || service === DEFAULT_SERVICE ? [] : [`    service: ${JSON.stringify(service)}`];
  const endpoint = endpointOf(route) ?? (isUnnamed(route) ? onlyEndpoint(examples) : undefined);
  if (endpoint !== undefined) {
    const { method, path, operation } = endpoint;
    const template = templateOf(path);
    if (template !== undefined) return newRoute({ method, path: template, operation }, named);
  }
  if (endpoint === undefined && !isUnnamed(route)) {
    const [owner] = route.split(' ');
    return {
      lines: ['routes:', `  - name: ${owner} # the existing route`, ...named, '    compare:', '      rules:'],
      indent: IN_ROUTE,
    };
  }
  return {
    lines: ['# holds for all routes; for fewer, add a route of its own with a match', 'compare:', '  rules:'],
    indent: ' '.repeat(4),
  };
}

interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly operation: string | undefined;
}

function newRoute({ method, path, operation }: Endpoint, service: readonly string[]): Destination {
  const name = `${method}${path}`.replace(/[^\w.:/-]/g, '_').slice(0, LONGEST_NAME);
  return {
    lines: [
      ...(operation === undefined ? [] : [`# holds for all operations of ${path}, not for ${operation} alone`]),
      'routes:',
      `  - name: ${name} # a new route: requests that it matches are reported under it`,
      ...service,
      `    match: {path: ${JSON.stringify(path)}, methods: [${method}]}`,
      '    compare:',
      '      rules:',
    ],
    indent: IN_ROUTE,
  };
}

/** The method and path of an automatic route: `GET /users/:id`, `POST /graphql GetUser`. */
function endpointOf(route: string): Endpoint | undefined {
  const [, method, path, operation] = /^([A-Z]+) (\/\S*)(?: (.+))?$/s.exec(route) ?? [];
  return method === undefined ? undefined : { method, path: path!, operation };
}

function isUnnamed(route: string): boolean {
  return route === DEFAULT_ROUTE || route === OTHER_ROUTE;
}

/** The method and path, where all examples have the same. */
function onlyEndpoint(examples: readonly RecordedExchange[]): Endpoint | undefined {
  const asked = new Set(examples.map(({ request }) => `${request.method} ${request.target.replace(/[?#].*$/s, '')}`));
  return asked.size === 1 ? endpointOf([...asked][0]!) : undefined;
}

const SEGMENT = /^(?:[\w.~!$&'()+,=@-]|%[\da-f]{2})(?:[\w.~!$&'()+,=@:-]|%[\da-f]{2})*$/i;

/** The path in the syntax of a match. A segment that only OpenAPI can express becomes a plain parameter. */
function templateOf(path: string): string | undefined {
  if (path === '/') return path;
  const segments = path.slice(1).split('/');
  const written = segments.map((segment, at) => {
    if (segment.includes('{')) return `:${/\{(\w+)\}/.exec(segment)?.[1] ?? 'part'}`;
    if (/^:\w+$/.test(segment) || (SEGMENT.test(segment) && !/^\.{1,2}$/.test(segment))) return segment;
    return segment === '' && at > 0 && at === segments.length - 1 ? '' : undefined;
  });
  return written.includes(undefined) || holdsToken(path) ? undefined : `/${written.join('/')}`;
}
