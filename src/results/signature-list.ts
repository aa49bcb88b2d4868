import type { SignatureQuery, StoreReader } from '../model/store-reader.ts';
import { type Asked, type ScopeReader, scopeMeant } from './scope.ts';
import { type TriagedSignature, triaged } from './triage.ts';

export interface SignaturesAsked extends Asked, Omit<SignatureQuery, 'scope'> {
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** With the state of each. */
export async function readSignatures(
  reader: Pick<StoreReader, 'signatures'> & ScopeReader,
  { service, rehearsal, now, ...query }: SignaturesAsked,
): Promise<readonly TriagedSignature[]> {
  const scope = await scopeMeant(reader, { service, rehearsal });
  return (await reader.signatures({ ...query, scope })).map((row) => triaged(row, now));
}
