import { meanOf } from '../verdict/e-values.ts';

/**
 * That a quantity is above zero, as the natural logarithm of something that is expected to be at most 1 if it is not. The
 * probability that this ever reaches 1/α is at most α, however often anybody looks (Ville's inequality). `estimate`: of
 * the quantity, normally distributed with the standard error `error`, or with thinner tails. Effects of the order of
 * `scale` are found soonest, larger ones with few data.
 *
 * It is the likelihood ratio, mixed with half-normal distributions of effects (Robbins, 1970; Johari, Koomen, Pekelis and
 * Walsh, 2022). Information, 1 / error², takes the place of time (Jennison and Turnbull, 1997).
 */
export function logAboveZero(estimate: number, error: number, scale: number): number {
  if (error === Number.POSITIVE_INFINITY) return 0;
  return meanOf(SCALES, (times) => {
    const information = ((times * scale) / error) ** 2;
    const shrinking = information / (1 + information);
    const z = (estimate / error) * Math.sqrt(shrinking);
    return (z ** 2 - Math.log1p(information)) / 2 + Math.log(2 * Math.max(normal(z), Number.MIN_VALUE));
  });
}

const SCALES = [1, 6, 36];

/** The standard normal distribution function, to 1e-7 (Abramowitz and Stegun, 1964, 7.1.26). */
function normal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const terms = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const tail = terms.reduce((sum, term) => sum * t + term, 0) * t * Math.exp(-x * x);
  return z > 0 ? 1 - tail / 2 : tail / 2;
}
