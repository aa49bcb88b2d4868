import type { RehearsalsAnswer } from '../../data/answers.ts';

type Rehearsal = RehearsalsAnswer['rehearsals'][number];

/**
 * Those before the ones that are shown, of each service that has one: what is new is new since them.
 * @param rows by service, the present one first, then the earlier ones, the latest first.
 * @param shown id, version or label of the one that is chosen; absent: the present one of each service.
 */
export function rehearsalsBefore(rows: readonly Rehearsal[], shown?: string): readonly Rehearsal[] {
  if (shown === undefined)
    return [...Map.groupBy(rows, ({ service }) => service).values()].flatMap(([, before]) => before ?? []);
  const at = (['id', 'version', 'label'] as const)
    .map((name) => rows.findIndex((row) => row[name] === shown))
    .find((found) => found >= 0);
  const before = at === undefined ? undefined : rows[at + 1];
  return before !== undefined && before.service === rows[at!]!.service ? [before] : [];
}
