/**
 * Whether the shadow differs alone at a place more often than chance allows.
 *
 * Of three legs that are the same but for chance, each is as likely as the others to be the one that differs. Where the
 * primary does, or all three do, both others differ from it. So of the exchanges in which one of the others differs from
 * the primary, at most a third are such that the shadow alone does. Each rate above a third bets on that, as in
 * verdict/e-values.ts: what is won is expected to be at most 1 whenever it is looked at, so that it reaches `ALARM` by
 * chance at one place in a hundred at most (Ville's inequality).
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
