/**
 * The operation of a request, where many operations share one path: for GraphQL by its name, for RPC by a member of the
 * body. A request that can't be read or has no name has no operation.
 */
import type { OperationPath } from '../config/types.ts';
import { pathSegments } from '../lib/path-segments.ts';
import type { Fields } from '../model/exchange.ts';
import type { Entry } from './route-log.ts';

const LARGEST = 64 * 1024;
const JSON_RPC_FIELD = 'method';
/** https://spec.graphql.org/October2021/#Name */
const GRAPHQL_NAME = /^[_A-Za-z][_0-9A-Za-z]{0,63}$/;
const RPC_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/$-]{0,63}$/;

/** Where requests name their operation in the body: as configured, or guessed from the path's last segment. */
export class OperationPaths {
  readonly #paths: readonly { readonly segments: readonly string[]; readonly field: string }[];

  constructor(paths: readonly OperationPath[]) {
    this.#paths = paths.map(({ path, field }) => ({ segments: pathSegments(path), field }));
  }

  named(segments: readonly string[], fields: Fields): Entry['named'] {
    if (this.#configured(segments) !== undefined) return 'by_rpc';
    const last = segments.at(-1);
    if (last === 'graphql' || isGraphql(fields)) return 'by_graphql';
    return last === 'rpc' || last === 'jsonrpc' || last === 'json-rpc' ? 'by_rpc' : 'by_head';
  }

  /** The member of the body that names the operation of an RPC call. */
  field(segments: readonly string[]): string {
    return this.#configured(segments) ?? JSON_RPC_FIELD;
  }

  #configured(segments: readonly string[]): string | undefined {
    return this.#paths.find(
      ({ segments: path }) =>
        path.length === segments.length && path.every((part, at) => part.startsWith(':') || part === segments[at]),
    )?.field;
  }
}

function isGraphql(fields: Fields): boolean {
  const at = fields.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
  return at >= 0 && /^application\/graphql\b/i.test(fields[at + 1]!);
}

export interface OperationRequest {
  readonly target: string;
  readonly body: readonly Uint8Array[];
}

export function graphqlOperation({ target, body }: OperationRequest): string | undefined {
  const text = textOf(body);
  if (text === undefined || text === '') return ofGraphql(parametersOf(target));
  const document = parse(text);
  if (document === undefined) return ofGraphql({ query: text });
  return onlyOne(document, (call) => ofGraphql(call));
}

export function rpcOperation({ body }: OperationRequest, field: string): string | undefined {
  const document = parse(textOf(body) ?? '');
  return document === undefined ? undefined : onlyOne(document, (call) => valid(RPC_NAME, call[field]));
}

/** A batch has a name where all its calls have the same name. */
function onlyOne(document: unknown, name: (call: Record<string, unknown>) => string | undefined): string | undefined {
  const names = (Array.isArray(document) ? document : [document]).map((call) =>
    typeof call === 'object' && call !== null ? name(call) : undefined,
  );
  return names.every((each) => each === names[0]) ? names[0] : undefined;
}

function ofGraphql({ operationName, query }: Record<string, unknown>): string | undefined {
  return valid(GRAPHQL_NAME, operationName) ?? (typeof query === 'string' ? nameInDocument(query) : undefined);
}

function valid(form: RegExp, name: unknown): string | undefined {
  return typeof name === 'string' && form.test(name) ? name : undefined;
}

/** The tokens of a GraphQL document, as far as they matter here: comments and strings are one token each. */
const TOKEN = /#[^\r\n]*|"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\r\n])*"|[{}]|[_A-Za-z][_0-9A-Za-z]*/g;

/** The name of the operation, where the document has exactly one. */
function nameInDocument(document: string): string | undefined {
  let depth = 0;
  let before = '';
  let operations = 0;
  let name: string | undefined;
  for (const [token] of document.matchAll(TOKEN)) {
    if (token.startsWith('#')) continue;
    if (depth === 0 && /^(?:query|mutation|subscription)$/.test(before)) {
      operations++;
      name = valid(GRAPHQL_NAME, token);
    }
    if (token === '{') depth++;
    else if (token === '}') depth--;
    before = depth === 0 ? token : '';
  }
  return operations === 1 ? name : undefined;
}

function parametersOf(target: string): Record<string, unknown> {
  const at = target.indexOf('?');
  return at < 0 ? {} : Object.fromEntries(new URLSearchParams(target.slice(at)));
}

/** Undefined where the body is too long. */
function textOf(body: readonly Uint8Array[]): string | undefined {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return length > LARGEST ? undefined : Buffer.concat(body, length).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
