import type { Logger } from 'pino';
import type * as z from 'zod';
import { UnderstudyError } from '../model/errors.ts';
import type { Content, Endpoint } from './endpoint.ts';
import type { Caller, Entrance } from './entrance.ts';
import { readShape } from './faults.ts';
import { checkHost, checkSameSite } from './guard.ts';
import type { PageFiles } from './page-files.ts';
import { Problem } from './problem.ts';
import type { Reading } from './reading.ts';
import { createRouter, type Match } from './router.ts';

/** A request as the dispatcher sees it: without a socket, so that every decision can be tested without one. */
export interface AdminRequest extends Caller {
  readonly method: string;
  /** Origin form: path and query. */
  readonly target: string;
  /** The whole body. Throws a Problem if it is too large or does not arrive. */
  readonly readBody: () => Promise<Buffer>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Content;
}

export interface DispatcherOptions {
  readonly logger: Logger;
  readonly entrance: Entrance;
  readonly page: PageFiles;
  readonly reading: Pick<Reading, 'watch'>;
  /** Somebody who is let in loads the page. */
  readonly onPage: () => void;
  /** Somebody has changed what the endpoint `tells` of. */
  readonly onChange: (what: NonNullable<Endpoint['tells']>) => void;
}

/** Routes, checks and answers a request. Every failure becomes problem details. Never rejects. */
export function createDispatcher(
  endpoints: readonly Endpoint[],
  { logger, entrance, page, reading, onPage, onChange }: DispatcherOptions,
): (request: AdminRequest) => Promise<Reply> {
  const route = createRouter(endpoints);

  async function answer(request: AdminRequest): Promise<Reply> {
    const [path = '', search] = request.target.split('?', 2);
    const match = route(request.method, path);
    const access = match.kind === 'found' ? match.endpoint.access : 'guarded';
    checkHost(request.headers, access, entrance.isGuarded);
    const file = match.kind === 'nowhere' ? await page({ ...request, path }) : undefined;
    if (file !== undefined) {
      if (!entrance.isGuarded || entrance.sessionOf(request) !== undefined) onPage();
      return file;
    }
    if (access === 'guarded') entrance.admit(request);
    const { endpoint, params } = found(match);
    if (endpoint.method !== 'GET') checkSameSite(request.headers);
    const query = endpoint.query && check('invalid_query', endpoint.query, readQuery(search));
    const body = endpoint.body && check('invalid_body', endpoint.body, readJson(await request.readBody()));
    const handle = () => endpoint.handle({ params, query, body, caller: request });
    const value = await (endpoint.method === 'GET' ? reading.watch(path, handle) : handle());
    if (endpoint.method !== 'GET')
      logger.info({ method: endpoint.method, path, ...(!endpoint.confidential && { body }) }, 'admin call');
    if (endpoint.tells !== undefined) onChange(endpoint.tells);
    const { status, type } = endpoint.answer;
    const headers = { ...(type !== undefined && { 'content-type': type }), ...endpoint.answer.headers?.(value) };
    return { status, headers, body: endpoint.answer.render(value) };
  }

  return async (request) => {
    try {
      return await answer(request);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === 'internal') logger.error({ err: error, method: request.method }, 'admin call failed');
      return {
        status: problem.status,
        headers: { ...problem.headers, 'content-type': 'application/problem+json' },
        body: JSON.stringify(problem),
      };
    }
  };
}

function found(match: Match): Extract<Match, { kind: 'found' }> {
  switch (match.kind) {
    case 'found':
      return match;
    case 'other_methods':
      throw new Problem('method_not_allowed', `Allowed here: ${match.allow.join(', ')}.`, {
        headers: { allow: match.allow.join(', ') },
      });
    case 'nowhere':
      throw new Problem('not_found', 'There is nothing at this path. /api/v1/openapi.json lists what there is.');
  }
}

/** A repeated parameter becomes an array. */
function readQuery(search = ''): Record<string, string | string[]> {
  const params = new URLSearchParams(search);
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new Problem('invalid_body', 'The body is not JSON.');
  }
}

function check<Value>(code: 'invalid_query' | 'invalid_body', schema: z.ZodType<Value>, input: unknown): Value {
  const read = readShape(schema, input, 'all of it');
  if ('value' in read) return read.value;
  const { faults } = read;
  const more = faults.length - MOST_FAULTS;
  const shown = more > 0 ? [...faults.slice(0, MOST_FAULTS), `and ${more} more`] : faults;
  throw new Problem(code, shown.join('; '));
}

const MOST_FAULTS = 20;

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof UnderstudyError) {
    if (error.code === 'store_unusable') return new Problem('store_unusable', error.message);
    // The service or rehearsal that was asked for does not exist.
    if (error.code === 'usage') return new Problem('not_found', error.message);
  }
  return new Problem('internal', 'An internal error; the log says which.');
}
