import type { Agent } from 'undici';
import type { Options } from '../config/options.ts';

export type WebhookConfig = Options['alerts']['webhooks'][number];

/** `again`: it may be different another time. */
export type Posted =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly reason: string; readonly again: boolean };

/** Loaded where there are webhooks alone, and early: in trouble there may be no descriptor left to load it with. */
export function loadClient(): Promise<typeof import('undici')> {
  return import('undici');
}

/** Says nothing of a URL but where it leads: path and query may be secret. */
export function placeOf({ url }: WebhookConfig): string {
  return new URL(url).origin;
}

/**
 * Posts once, within `timeout` milliseconds. What it answers is not read but for its status. Never rejects.
 * The reasons have codes of errors alone, whose messages might name the URL.
 */
export async function post({ url, headers }: WebhookConfig, body: string, timeout: number): Promise<Posted> {
  let dispatcher: Agent | undefined;
  try {
    const { Agent, request } = await loadClient();
    // One for each message: they are rare, and nothing is to be left of one that hangs.
    dispatcher = new Agent({ connect: { timeout } });
    const { statusCode: status, body: rest } = await request(url, {
      method: 'POST',
      headers: { 'user-agent': 'understudy', ...headers, 'content-type': 'application/json' },
      body,
      dispatcher,
      signal: AbortSignal.timeout(timeout),
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
