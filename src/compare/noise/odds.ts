/**
 * Whether the shadow differs alone at a place more often than chance allows.
 *
 * If three legs differ only by chance, each is equally likely to be the one that differs. Where the primary differs, or
 * all three do, both others differ from it. So of the exchanges in which shadow or control differs from the primary,
 * the shadow alone does in at most a third. For each rate above a third there is a bet against this, as in
 * verdict/e-values.ts. The expected winnings are at most 1 at any time, so that by chance they reach `ALARM` at no more
 * than one place in a hundred (Ville's inequality).
 */
const CHANCE = 1 / 3;
const RATES = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
const ALARM = 100;

/** `alone`: exchanges in which the shadow alone differs from the primary; `others`: in which the control does. */
export function isBeyondChance(alone: number, others: number): boolean {
  const won = RATES.map((rate) =>
    Math.exp(alone * Math.log(rate / CHANCE) + others * Math.log((1 - rate) / (1 - CHANCE))),
  );
  return won.reduce((sum, each) => sum + each, 0) / RATES.length >= ALARM;
}
