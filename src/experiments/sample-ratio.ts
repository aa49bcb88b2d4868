import { logGamma } from '../lib/log-beta.ts';

/** How many users' worth of faith there is in the configured shares: a deviation of 1.6 points is found soonest. */
const CONCENTRATION = 1_000;

/**
 * That users are not divided as configured, as ln E. If they are, the probability that E ever reaches 1/α is at most α,
 * however often anybody looks: the Dirichlet-multinomial mixture over the configured multinomial distribution (Lindon and
 * Malek, "Anytime-valid inference for multinomial count data", 2022).
 *
 * @param shares of the arms in the same order; they need not sum to 1.
 */
export function unevenness(users: readonly number[], shares: readonly number[]): number {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const all = users.reduce((sum, count) => sum + count, 0);
  let evidence = logGamma(CONCENTRATION) - logGamma(CONCENTRATION + all);
  for (const [arm, share] of shares.entries()) {
    const count = users[arm]!;
    if (count === 0) continue;
    const expected = share / whole;
    if (expected === 0) return Number.POSITIVE_INFINITY;
    const prior = CONCENTRATION * expected;
    evidence += logGamma(prior + count) - logGamma(prior) - count * Math.log(expected);
  }
  return evidence;
}
