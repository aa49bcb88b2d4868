import { ProblemError, problemIn } from './problem.ts';

export const API = '/api/v1/';
/** A server that accepts and does not answer is as good as none. */
const TIMEOUT = 20_000;

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Absent parameters are left out; a list repeats its name. */
export function queryText(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Throws a `ProblemError`, or what `fetch` throws where nothing answers. `path`: below /api/v1/. */
export async function read(path: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(API + path, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
  });
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return response.json();
}

/** The same for an answer that is text. */
export async function readText(path: string): Promise<string> {
  const response = await fetch(API + path, { signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return response.text();
}

/** Changes something. Resolves with the answer, or undefined where it has no content. */
export async function send(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(API + path, {
    method,
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch(late);
  if (!response.ok) throw new ProblemError(await problemIn(response));
  return response.status === 204 ? undefined : response.json();
}

/** A change whose answer does not come, as while a webhook is asked, may yet be made. */
function late(error: unknown): never {
  if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
  throw new ProblemError({ code: 'late', status: 0, detail: `No answer came within ${TIMEOUT / 1_000} s.` });
}
