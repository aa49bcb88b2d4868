import { connection } from './connection.ts';
import { ProblemError, problemIn, problemOf } from './problem.ts';

export const API = '/api/v1/';
/** It answers also those who are not let in, so the connection is not told of it. */
export const SESSION = 'session';
/** A server that accepts and does not answer is as good as none. */
const TIMEOUT = 20_000;

/** Throws a `ProblemError`, or what `fetch` throws where nothing answers. `path`: below /api/v1/. */
export function read(path: string, givenUp?: AbortSignal): Promise<unknown> {
  const request = { headers: { accept: 'application/json' } };
  return call(path, request, (response) => response.json(), givenUp);
}

/** The same for an answer that is text. */
export function readText(path: string): Promise<string> {
  return call(path, {}, (response) => response.text());
}

/** Changes something. Resolves with the answer, or undefined where it has no content. */
export function send(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
  const request = {
    method,
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  return call(path, request, (response) => (response.status === 204 ? undefined : response.json()));
}

/** Every call tells what it shows of the connection, unless the caller has given it up. */
async function call<Value>(
  path: string,
  request: RequestInit,
  contentOf: (response: Response) => Value | Promise<Value>,
  givenUp?: AbortSignal,
): Promise<Value> {
  const asked = performance.now();
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT), ...(givenUp ? [givenUp] : [])]);
  try {
    const response = await fetch(API + path, { ...request, signal });
    if (!response.ok) throw new ProblemError(await problemIn(response));
    const value = await contentOf(response);
    if (path !== SESSION) connection.answered(asked);
    return value;
  } catch (thrown) {
    const error = isLate(thrown) && request.method !== undefined ? LATE : thrown;
    if (path !== SESSION && !givenUp?.aborted) connection.failed(problemOf(error), asked);
    throw error;
  }
}

/** A change whose answer does not come, as while a webhook is asked, may yet be made. */
const LATE = new ProblemError({ code: 'late', status: 0, detail: `No answer came within ${TIMEOUT / 1_000} s.` });

function isLate(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
