/** For services whose clients are whatever speaks HTTP: a list of requests, sent one after another. */
import { Client } from 'undici';

/** `GET /path`, or with fields and a body. */
export type Request =
  | string
  | { readonly line: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** Sends them in order on one connection. Redirects are not followed. */
export async function sendAll(origin: string, requests: readonly Request[]): Promise<void> {
  const client = new Client(origin, { headersTimeout: 20_000, bodyTimeout: 20_000 });
  for (const request of requests) {
    const { line, headers = {}, body } = typeof request === 'string' ? { line: request } : request;
    const [method = 'GET', path = '/'] = line.split(' ');
    const response = await client.request({ method, path, headers, body: body ?? null });
    await response.body.dump({ limit: 64 * 1024 * 1024 });
  }
  await client.close();
}
