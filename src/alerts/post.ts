import type { Agent } from 'undici';
import type { Options } from '../config/options.ts';

export type WebhookConfig = Options['alerts']['webhooks'][number];

/** `again`: another attempt may succeed. */
export type Posted =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly reason: string; readonly again: boolean };

/** Loaded only if there are webhooks, and early: in trouble there may be no descriptor left for loading it. */
export function loadClient(): Promise<typeof import('undici')> {
  return import('undici');
}

/** Where something is posted to. */
type Place = Pick<WebhookConfig, 'url' | 'headers'>;

/** The host of a URL only: path and query may be secret. */
export function placeOf({ url }: Pick<Place, 'url'>): string {
  return new URL(url).origin;
}

/**
 * Posts once, within `timeout` milliseconds, or until it is dropped. Only the status of the response is read. Never rejects. Reasons contain
 * error codes only, because messages might contain the URL.
 */
export async function post(
  { url, headers }: Place,
  body: string,
  timeout: number,
  dropped?: AbortSignal,
): Promise<Posted> {
  let dispatcher: Agent | undefined;
  try {
    const { Agent, request } = await loadClient();
    // A new client for each message: messages are rare, and a hanging one must leave nothing behind.
    dispatcher = new Agent({ connect: { timeout } });
    const { statusCode: status, body: rest } = await request(url, {
      method: 'POST',
      headers: { 'user-agent': 'understudy', ...headers, 'content-type': 'application/json' },
      body,
      dispatcher,
      signal: AbortSignal.any([AbortSignal.timeout(timeout), ...(dropped ? [dropped] : [])]),
    });
    rest.on('error', () => {}).destroy();
    if (status >= 200 && status < 300) return { ok: true, status };
    return { ok: false, reason: `answers ${status}`, again: status >= 500 || status === 408 || status === 429 };
  } catch (error) {
    const { name, code } = error as { readonly name?: string; readonly code?: string };
    const reason = name === 'TimeoutError' ? `no response within ${timeout} ms` : `fails: ${code ?? name ?? 'unknown'}`;
    return { ok: false, reason, again: true };
  } finally {
    dispatcher?.destroy().catch(() => {});
  }
}
