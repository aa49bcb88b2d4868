import type { IncomingHttpHeaders } from 'node:http';
import type { AdminDependencies } from '../../../src/admin/dependencies.ts';
import { type AdminRequest, createDispatcher, type Reply } from '../../../src/admin/dispatcher.ts';
import { adminEndpoints } from '../../../src/admin/endpoints.ts';
import { dependencies } from './results.ts';

export interface CallOptions {
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string;
}

/** Calls the admin API without a socket, as `curl` on this machine would. */
export function caller(changes: Partial<AdminDependencies> = {}) {
  const deps = dependencies(changes);
  const { logger, token } = deps;
  const dispatch = createDispatcher(adminEndpoints(deps), { logger, token, page: async () => undefined });
  return async (method: string, target: string, { headers = {}, body }: CallOptions = {}): Promise<CallResult> => {
    const request: AdminRequest = {
      method,
      target,
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

export type CallResult = Omit<Reply, 'body'> & { readonly body: string; readonly value: Value };

// biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of many shapes
type Value = any;
