import type { Scope, StoreReader } from '../model/store-reader.ts';
import { findRehearsal } from '../results/find-rehearsal.ts';
import { Problem } from './problem.ts';

interface Asked {
  readonly service?: string | undefined;
  readonly rehearsal?: string | undefined;
}

/** Which results a query is about; undefined where it does not say. Throws `not_found` where there is no such rehearsal. */
export async function scopeOf(
  store: Pick<StoreReader, 'rehearsals'>,
  { service, rehearsal: meant }: Asked,
): Promise<Scope | undefined> {
  if (service === undefined && meant === undefined) return undefined;
  const of = { ...(service !== undefined && { service }) };
  if (meant === undefined) return of;
  const rows = (await store.rehearsals()).filter((row) => service === undefined || row.service === service);
  const rehearsal = findRehearsal(rows, meant);
  if (rehearsal === undefined) throw new Problem('not_found', 'No rehearsal has this id, version or label.');
  return { ...of, rehearsal: rehearsal.id };
}
