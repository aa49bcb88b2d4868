import * as z from 'zod';
import { formatAddress, parseAddress } from '../config/address.ts';
import { UnderstudyError } from '../model/errors.ts';
import type { Cleared } from './clear-store.ts';

/** Milliseconds for one call; deleting takes a moment for each GiB. */
const TIMEOUT = 60_000;

/** What is read of `GET /api/v1/summary`; another version may say more. */
const summary = z.object({
  results: z.object({
    requests: z.number(),
    outcomes: z.array(z.object({ ending: z.string(), count: z.number() })),
    from: z.number().optional(),
    to: z.number().optional(),
  }),
});

/**
 * Deletes the results of a running proxy, by its admin API. Rejects with `usage` for what is no address,
 * `config_invalid` without the right token, `unreachable_admin` where it can't be reached, fails, or is no Understudy.
 */
export async function clearRunning(admin: string, token: string | undefined): Promise<Cleared> {
  const base = baseOf(admin);
  const call = (method: string, path: string) => ask(method, `${base}${path}`, token);
  const found = summary.safeParse(await (await call('GET', '/api/v1/summary')).json().catch(() => undefined));
  // Whoever answers otherwise is not to be told to delete anything.
  if (!found.success) throw unreachable(`${base} is no admin address of Understudy: it answers something else`);
  await call('DELETE', '/api/v1/results');
  return { of: base, ...found.data.results };
}

function baseOf(admin: string): string {
  if (/^https?:\/\//i.test(admin) && URL.canParse(admin)) {
    const { origin, pathname, username, password, search, hash } = new URL(admin);
    if (username + password + search + hash === '') return `${origin}${pathname.replace(/\/+$/, '')}`;
  }
  const parsed = parseAddress(admin);
  if ('value' in parsed) return `http://${formatAddress(parsed.value)}`;
  throw new UnderstudyError(
    'usage',
    `--admin: not an address; found ${JSON.stringify(admin)}; allowed: http://HOST:PORT, or HOST:PORT; the token is read from UNDERSTUDY_ADMIN_TOKEN`,
  );
}

async function ask(method: string, url: string, token: string | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: basic(token) }) },
    });
  } catch (error) {
    throw unreachable(`${url} can't be reached: ${reasonOf(error as Error)}`, error);
  }
  if (response.ok) return response;
  const detail = detailOf(await response.text().catch(() => ''));
  const message = `${method} ${url} answers ${response.status}${detail}`;
  if (response.status !== 401) throw unreachable(message);
  throw new UnderstudyError('config_invalid', `${message}\nset UNDERSTUDY_ADMIN_TOKEN to the token of that proxy`);
}

/** As password, which may have any characters: a token that can't be right is to be refused, and not to fail here. */
function basic(token: string): string {
  return `Basic ${Buffer.from(`:${token}`).toString('base64')}`;
}

function reasonOf({ message, cause }: Error): string {
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return inner || code || message;
}

/** What problem details say (RFC 9457). */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text);
    return typeof detail === 'string' ? `: ${detail}` : '';
  } catch {
    return '';
  }
}

function unreachable(message: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('unreachable_admin', message, { cause });
}
