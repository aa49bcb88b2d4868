import { UnderstudyError } from '../model/errors.ts';
import type { RehearsalRow } from '../model/store-reader.ts';

/** `2.4.0 (d1e0aa31, after the cache was fixed)` */
export function rehearsalInWords({ id, version, label }: Pick<RehearsalRow, 'id' | 'version' | 'label'>): string {
  const details = [id, ...(label === undefined ? [] : [label])].join(', ');
  return `${version ?? 'no version'} (${details})`;
}

/**
 * Finds a rehearsal by its id, else the latest with that version, else the latest with that label. `rows`: as from the
 * store, the latest of each service first. Throws `usage` if several services have one.
 */
export function findRehearsal(rows: readonly RehearsalRow[], meant: string): RehearsalRow | undefined {
  const found = [
    rows.filter(({ id }) => id === meant),
    rows.filter(({ version }) => version === meant),
    rows.filter(({ label }) => label === meant),
  ].find(({ length }) => length > 0);
  if (found === undefined) return undefined;
  const byService = Map.groupBy(found, ({ service }) => service);
  if (byService.size === 1) return found[0];
  const ids = [...byService.values()].map(([latest]) => `${latest!.id} of ${latest!.service}`).join(', ');
  throw usage(`several services have a rehearsal ${JSON.stringify(meant)}; allowed: one of the ids: ${ids}`);
}

/** The same, but also throws `usage` if there is none. */
export function meantIn(rows: readonly RehearsalRow[], meant: string): RehearsalRow {
  const rehearsal = findRehearsal(rows, meant);
  if (rehearsal !== undefined) return rehearsal;
  const known = rows.length === 0 ? 'there are none yet' : rows.map(rehearsalInWords).join(', ');
  throw usage(`no rehearsal has the id, version or label ${JSON.stringify(meant)}; allowed: ${known}`);
}

function usage(message: string): UnderstudyError {
  return new UnderstudyError('usage', message);
}
