import { AdminClient } from './admin-client.ts';
import type { Cleared } from './clear-store.ts';

/**
 * Deletes the results of a running proxy, or of one of its rehearsals, through its admin API. Rejects like
 * `AdminClient`.
 */
export async function clearRunning(
  admin: string,
  token: string | undefined,
  rehearsal: string | undefined,
): Promise<Cleared> {
  const client = new AdminClient(admin, token);
  const query = rehearsal === undefined ? '' : `?rehearsal=${encodeURIComponent(rehearsal)}`;
  const results = await client.results(query);
  await client.call('DELETE', `/api/v1/results${query}`);
  return { of: client.base, ...results };
}
