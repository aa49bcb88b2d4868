import type * as z from 'zod';
import type { Html } from './dashboard/html.ts';
import type { ProblemCode } from './problem.ts';

/**
 * One operation of the admin server: how it is reached, what it takes, what it gives. The router, the checks and the
 * OpenAPI description are all driven by these, so that none of them can know of an operation that the others miss.
 */
export interface Endpoint<Query = unknown, Body = unknown, Value = unknown> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Segments are literal or `{name}`. */
  readonly path: string;
  /** `open` endpoints are for probes: they answer without the token, and must not give away what the token guards. */
  readonly access: 'open' | 'guarded';
  readonly summary: string;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly answer: Answer<Value>;
  /** Those of its own, beside what the checks before it may say. */
  readonly problems?: readonly ProblemCode[];
  handle(call: Call<Query, Body>): Value | Promise<Value>;
}

export interface Call<Query, Body> {
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
}

export interface Answer<Value> {
  readonly status: 200 | 201 | 204;
  /** Media type; absent where there is no content. */
  readonly type?: string;
  readonly schema?: z.ZodType<Value>;
  render(value: Value): string;
}

export function json<Value>(schema: z.ZodType<Value>): Answer<Value> {
  return { status: 200, type: 'application/json', schema, render: (value) => JSON.stringify(value) };
}

export function created<Value>(schema: z.ZodType<Value>): Answer<Value> {
  return { ...json(schema), status: 201 };
}

export const page: Answer<Html> = { status: 200, type: 'text/html; charset=utf-8', render: (html) => html.text };

export function text(type: string): Answer<string> {
  return { status: 200, type, render: (value) => value };
}

export const nothing: Answer<void> = { status: 204, render: () => '' };

/** Checks an endpoint's parts against each other while their types are still known. */
export function endpoint<Query, Body, Value>(definition: Endpoint<Query, Body, Value>): Endpoint {
  return definition;
}
