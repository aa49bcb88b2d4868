import type { IncomingHttpHeaders } from 'node:http';
import type { AdminDependencies } from '../../../src/admin/dependencies.ts';
import { type AdminRequest, createDispatcher, type Reply } from '../../../src/admin/dispatcher.ts';
import { adminEndpoints } from '../../../src/admin/endpoints.ts';
import { Entrance } from '../../../src/admin/entrance.ts';
import { EventStreams } from '../../../src/admin/event-streams.ts';
import { liveSights } from '../../../src/admin/live-sights.ts';
import { dependencies } from './results.ts';

export interface CallOptions {
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string;
  readonly address?: string;
}

const PAGE = { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('the page') } as const;

/** Calls the admin API without a socket, as `curl` on this machine would. */
export function caller(changes: Partial<AdminDependencies> = {}) {
  const deps = dependencies(changes);
  const { logger, token, now, reading } = deps;
  const entrance = new Entrance({ token, now, logger });
  const dispatch = createDispatcher(adminEndpoints(deps, { entrance, streams: streamsOf(deps) }), {
    logger,
    entrance,
    page: async ({ path }) => (path === '/' ? PAGE : undefined),
    reading,
    onPage: deps.expectQuestions,
    onChange: () => {},
  });
  return async (
    method: string,
    target: string,
    { headers = {}, body, address = '127.0.0.1' }: CallOptions = {},
  ): Promise<CallResult> => {
    const request: AdminRequest = {
      method,
      target,
      address,
      headers: {
        host: '127.0.0.1:9900',
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(body.length) }),
        ...headers,
      },
      readBody: async () => Buffer.from(body ?? ''),
    };
    const reply = await dispatch(request);
    const text = reply.body.toString();
    const type = String(reply.headers['content-type'] ?? '');
    return { ...reply, body: text, value: /json/.test(type) ? JSON.parse(text) : undefined };
  };
}

/** Streams that are never looked at. */
function streamsOf(deps: AdminDependencies): EventStreams {
  return new EventStreams({ look: () => liveSights(deps), hello: () => ({}), every: () => () => {} });
}

/** The endpoints, for looking at their definitions. */
export function endpointsOf(deps: AdminDependencies = dependencies()) {
  return adminEndpoints(deps, { entrance: new Entrance(deps), streams: streamsOf(deps) });
}

export type CallResult = Omit<Reply, 'body'> & { readonly body: string; readonly value: Value };

// biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of many shapes
type Value = any;
