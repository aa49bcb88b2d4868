import * as z from 'zod';
import { formatAddress, parseAddress } from '../config/address.ts';
import { UnderstudyError } from '../model/errors.ts';

/** Milliseconds for one call. Deleting takes a moment per GiB. */
const TIMEOUT = 60_000;

/** The parts of `GET /api/v1/summary` that are used. Other versions may have more. */
const summary = z.object({
  results: z.object({
    requests: z.number(),
    outcomes: z.array(z.object({ ending: z.string(), count: z.number() })),
    from: z.number().optional(),
    to: z.number().optional(),
  }),
});

/** The admin API refused, for another reason than the token. */
export class AdminRefusal extends UnderstudyError {
  readonly status: number;

  constructor(status: number, message: string) {
    super('unreachable_admin', message);
    this.status = status;
  }
}

/**
 * The admin API of a running proxy. Every call rejects with `config_invalid` if the token is wrong, and with
 * `unreachable_admin` if the API can't be reached, fails, or does not belong to Understudy.
 */
export class AdminClient {
  /** The address for messages, without secrets. */
  readonly base: string;
  readonly #token: string | undefined;

  /** Throws `usage` if it is not an address. */
  constructor(admin: string, token: string | undefined) {
    this.base = baseOf(admin);
    this.#token = token;
  }

  /** The JSON response. Rejects with `unreachable_admin` if it has another shape: then it is not Understudy. */
  async read<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> {
    const found = schema.safeParse(await (await this.call(method, path, body)).json().catch(() => undefined));
    if (found.success) return found.data;
    throw unreachable(`${this.base} is not an admin address of Understudy: the response is something else`);
  }

  /** Also makes sure that it is Understudy: another server must not be asked to change anything. */
  async results(query = ''): Promise<z.infer<typeof summary>['results']> {
    return (await this.read(summary, 'GET', `/api/v1/summary${query}`)).results;
  }

  call(method: string, path: string, body?: unknown): Promise<Response> {
    return ask(method, `${this.base}${path}`, this.#token, body);
  }
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

async function ask(method: string, url: string, token: string | undefined, body: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      redirect: 'manual',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT),
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: basic(token) }) },
    });
  } catch (error) {
    throw unreachable(`${url} can't be reached: ${reasonOf(error as Error)}`, error);
  }
  if (response.ok) return response;
  const detail = detailOf(await response.text().catch(() => ''));
  const message = `${method} ${url} answers ${response.status}${detail}`;
  if (response.status !== 401) throw new AdminRefusal(response.status, message);
  throw new UnderstudyError('config_invalid', `${message}\nset UNDERSTUDY_ADMIN_TOKEN to the token of that proxy`);
}

/** As the password, which may have any characters. A wrong token should be refused by the server, not fail here. */
function basic(token: string): string {
  return `Basic ${Buffer.from(`:${token}`).toString('base64')}`;
}

function reasonOf({ message, cause }: Error): string {
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
  return inner || code || message;
}

/** The content of problem details (RFC 9457). */
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
