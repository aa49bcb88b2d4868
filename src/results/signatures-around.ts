import type { MarkedSignature, SignatureQuery, StoreReader } from '../model/store-reader.ts';
import { signatureKey } from './triage.ts';

/**
 * The signatures that causes are formed from: the most frequent of all routes, since what belongs together shows only
 * there, and those of the route that is asked for in any case.
 */
export async function signaturesAround(
  reader: Pick<StoreReader, 'signatures'>,
  { route, ...query }: SignatureQuery,
): Promise<readonly MarkedSignature[]> {
  if (route === undefined) return reader.signatures(query);
  const [everywhere, here] = await Promise.all([reader.signatures(query), reader.signatures({ ...query, route })]);
  return [...new Map([...everywhere, ...here].map((row) => [signatureKey(row), row])).values()];
}
