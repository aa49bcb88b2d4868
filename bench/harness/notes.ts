import type { Spread } from './spread.ts';

/** Above this share of the proxy's core, what others did there can have moved the figures. */
const DISTURBED = 0.1;

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** One line that warns of others on the core, or none. */
export function disturbance(name: string, foreign: Spread): string[] {
  if (foreign.max <= DISTURBED) return [];
  return [
    `${name}: DISTURBED, others took ${percent(foreign.median)} of its core, up to ${percent(foreign.max)} in a round.`,
  ];
}

/** One line with each outcome's share of all, or none where nothing was counted. */
export function outcomeShares(name: string, counts: ReadonlyMap<string, number>): string[] {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const listed = [...counts].toSorted(([, a], [, b]) => b - a);
  return [
    `${name}: outcomes ${listed.map(([outcome, count]) => `${outcome} ${((100 * count) / total).toFixed(2)} %`).join(', ')}.`,
  ];
}
