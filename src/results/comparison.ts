import type { RehearsalRow, StoredSignature, StoreReader } from '../model/store-reader.ts';
import { MOST_SIGNATURES } from './results.ts';

/**
 * Compares the mismatches of one rehearsal with those of another of the same service. Signatures with the same id are
 * the same.
 */
export interface RehearsalComparison {
  readonly rehearsal: RehearsalRow;
  readonly against: RehearsalRow;
  /** Only in this rehearsal, the most frequent first. */
  readonly new: readonly StoredSignature[];
  /** Only in the other rehearsal. */
  readonly gone: readonly StoredSignature[];
  /** In both. */
  readonly still: readonly (StoredSignature & { readonly before: number })[];
}

export interface ComparisonQuery {
  readonly rehearsal: RehearsalRow;
  readonly against: RehearsalRow;
  /** Only this route. */
  readonly route?: string;
}

export async function compareRehearsals(
  reader: Pick<StoreReader, 'signatures'>,
  { rehearsal, against, route }: ComparisonQuery,
): Promise<RehearsalComparison> {
  const of = ({ id }: RehearsalRow) =>
    reader.signatures({ ...(route !== undefined && { route }), limit: MOST_SIGNATURES, scope: { rehearsal: id } });
  const [now, before] = await Promise.all([of(rehearsal), of(against)]);
  const earlier = new Map(before.map((row) => [row.id, row]));
  const present = new Set(now.map(({ id }) => id));
  return {
    rehearsal,
    against,
    new: now.filter(({ id }) => !earlier.has(id)),
    gone: before.filter(({ id }) => !present.has(id)),
    still: now.flatMap((row) => {
      const known = earlier.get(row.id);
      return known === undefined ? [] : [{ ...row, before: known.count }];
    }),
  };
}
