import { UnderstudyError } from '../model/errors.ts';
import type { RehearsalRow } from '../model/store-reader.ts';

/**
 * The rehearsal that somebody means: by its id, else the latest of that version, else the latest with that label.
 * `rows` as the store gives them, the latest of each service first.
 */
export function findRehearsal(rows: readonly RehearsalRow[], meant: string): RehearsalRow | undefined {
  return (
    rows.find(({ id }) => id === meant) ??
    rows.find(({ version }) => version === meant) ??
    rows.find(({ label }) => label === meant)
  );
}

/** `2.4.0 (d1e0aa31, after the cache was fixed)` */
export function rehearsalInWords({ id, version, label }: Pick<RehearsalRow, 'id' | 'version' | 'label'>): string {
  const details = [id, ...(label === undefined ? [] : [label])].join(', ');
  return `${version ?? 'no version'} (${details})`;
}

/** The same; throws `usage` where there is none. */
export function meantIn(rows: readonly RehearsalRow[], meant: string): RehearsalRow {
  const rehearsal = findRehearsal(rows, meant);
  if (rehearsal !== undefined) return rehearsal;
  const known = rows.length === 0 ? 'none, since there is none yet' : rows.map(rehearsalInWords).join(', ');
  throw new UnderstudyError(
    'usage',
    `no rehearsal has the id, version or label ${JSON.stringify(meant)}; allowed: ${known}`,
  );
}
