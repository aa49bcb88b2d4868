import type { Endpoint } from './endpoint.ts';

export type Match =
  | { readonly kind: 'found'; readonly endpoint: Endpoint; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'other_methods'; readonly allow: readonly string[] }
  | { readonly kind: 'nowhere' };

/** A HEAD request is answered by the GET endpoint. */
export function createRouter(endpoints: readonly Endpoint[]): (method: string, path: string) => Match {
  const table = endpoints.map((endpoint) => ({ endpoint, pattern: compile(endpoint.path) }));
  return (method, path) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const here = table.flatMap(({ endpoint, pattern }) => {
      const params = read(pattern, path);
      return params === undefined ? [] : [{ endpoint, params }];
    });
    const found = here.find(({ endpoint }) => endpoint.method === wanted);
    if (found !== undefined) return { kind: 'found', ...found };
    const methods = here.flatMap(({ endpoint }) => (endpoint.method === 'GET' ? ['GET', 'HEAD'] : [endpoint.method]));
    return methods.length > 0 ? { kind: 'other_methods', allow: methods } : { kind: 'nowhere' };
  };
}

function compile(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

/** The decoded parameters of a path that matches; undefined if it does not match. */
function read(pattern: RegExp, path: string): Record<string, string> | undefined {
  const found = pattern.exec(path);
  if (found === null) return undefined;
  try {
    return Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return undefined;
  }
}
