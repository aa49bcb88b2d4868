import { AdminClient } from './admin-client.ts';
import type { Cleared } from './clear-store.ts';

/** Deletes the results of a running proxy, by its admin API. Rejects as `AdminClient` does. */
export async function clearRunning(admin: string, token: string | undefined): Promise<Cleared> {
  const client = new AdminClient(admin, token);
  const results = await client.results();
  await client.call('DELETE', '/api/v1/results');
  return { of: client.base, ...results };
}
