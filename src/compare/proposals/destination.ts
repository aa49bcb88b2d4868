import type { RecordedExchange } from '../../model/finding.ts';
import { holdsToken } from '../../model/redaction.ts';
import { DEFAULT_ROUTE, OTHER_ROUTE } from '../../model/route.ts';
import { DEFAULT_SERVICE } from '../../model/service.ts';

/** Where in the configuration rules are to stand: lines of YAML that end with `rules:`, and how far the rules are in. */
export interface Destination {
  readonly lines: readonly string[];
  readonly indent: string;
}

const LONGEST_NAME = 64;
const IN_ROUTE = ' '.repeat(8);

/** An exchange as it was recorded, and of which service, where that is known. */
export type Proposable = RecordedExchange & { readonly service?: string };

/** Rules hold for as little as can be said: the route of the examples, even where nobody configured it. */
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
      lines: ['routes:', `  - name: ${owner} # the route that is there`, ...named, '    compare:', '      rules:'],
      indent: IN_ROUTE,
    };
  }
  return {
    lines: [
      '# holds for all routes; one of its own, with a match, would keep it from the others',
      'compare:',
      '  rules:',
    ],
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

/** Of a route that nobody configured: `GET /users/:id`, `POST /graphql GetUser`. */
function endpointOf(route: string): Endpoint | undefined {
  const [, method, path, operation] = /^([A-Z]+) (\/\S*)(?: (.+))?$/s.exec(route) ?? [];
  return method === undefined ? undefined : { method, path: path!, operation };
}

function isUnnamed(route: string): boolean {
  return route === DEFAULT_ROUTE || route === OTHER_ROUTE;
}

/** Where all the examples asked for the same. */
function onlyEndpoint(examples: readonly RecordedExchange[]): Endpoint | undefined {
  const asked = new Set(examples.map(({ request }) => `${request.method} ${request.target.replace(/[?#].*$/s, '')}`));
  return asked.size === 1 ? endpointOf([...asked][0]!) : undefined;
}

const SEGMENT = /^(?:[\w.~!$&'()+,=@-]|%[\da-f]{2})(?:[\w.~!$&'()+,=@:-]|%[\da-f]{2})*$/i;

/** As a match has it; what only OpenAPI can write in one segment becomes a parameter of its own. */
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
