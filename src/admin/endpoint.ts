import type { ServerResponse } from 'node:http';
import type * as z from 'zod';
import type { Caller } from './entrance.ts';
import type { ProblemCode } from './problem.ts';

/**
 * An operation of the admin server: its path, its input and its output. The router, the checks and the OpenAPI
 * document are all derived from these, so that they cannot disagree.
 */
export interface Endpoint<Query = unknown, Body = unknown, Value = unknown> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Segments are literal or `{name}`. */
  readonly path: string;
  /** `open` endpoints are for probes: they answer without the token, and must not reveal what the token protects. */
  readonly access: 'open' | 'guarded';
  readonly summary: string;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Its body is not logged. */
  readonly confidential?: true;
  /** The event that tells open pages of the change, where no other one does. */
  readonly tells?: 'marks' | 'rehearsals';
  readonly answer: Answer<Value>;
  /** Its own problems, in addition to those of the checks before it. */
  readonly problems?: readonly ProblemCode[];
  handle(call: Call<Query, Body>): Value | Promise<Value>;
}

export interface Call<Query, Body> {
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
}

/** What is sent, or something that goes on sending. */
export type Content = string | Buffer | Attachable;

export interface Attachable {
  /** Called once the head is written. */
  attach(response: ServerResponse): void;
}

export interface Answer<Value> {
  readonly status: 200 | 201 | 204;
  /** Media type; absent if there is no content. */
  readonly type?: string;
  readonly schema?: z.ZodType<Value>;
  render(value: Value): Content;
  /** In addition to the type. */
  headers?(value: Value): Readonly<Record<string, string>>;
}

export function json<Value>(schema: z.ZodType<Value>): Answer<Value> {
  return { status: 200, type: 'application/json', schema, render: (value) => JSON.stringify(value) };
}

export function created<Value>(schema: z.ZodType<Value>): Answer<Value> {
  return { ...json(schema), status: 201 };
}

export function text(type: string): Answer<string> {
  return { status: 200, type, render: (value) => value };
}

export const nothing: Answer<void> = { status: 204, render: () => '' };

/** Checks that the parts of an endpoint fit together while their types are known. */
export function endpoint<Query, Body, Value>(definition: Endpoint<Query, Body, Value>): Endpoint {
  return definition;
}
