import { logBeta } from '../lib/log-beta.ts';

/**
 * Between which rates the true one lies when `count` of `total` had something, with an error of α at most over all moments
 * at which anybody looks: the rates that the Beta-binomial mixture does not reject (Robbins, 1970).
 */
export function rateInterval(count: number, total: number, alpha: number): readonly [low: number, high: number] {
  if (total === 0) return [0, 1];
  const mixed = logBeta(count + 1, total - count + 1);
  const rejected = (rate: number) => {
    const likelihood = power(count, rate) + power(total - count, 1 - rate);
    return mixed - likelihood >= -Math.log(alpha);
  };
  const observed = count / total;
  return [count === 0 ? 0 : edge(0, observed, rejected), count === total ? 1 : edge(1, observed, rejected)];
}

function power(count: number, rate: number): number {
  return count === 0 ? 0 : count * Math.log(rate);
}

/** Where between a rejected rate and one that is not the border lies, to a 2^-50 of their distance. */
function edge(outside: number, inside: number, rejected: (rate: number) => boolean): number {
  let [out, within] = [outside, inside];
  for (let step = 0; step < 50; step++) {
    const middle = (out + within) / 2;
    if (rejected(middle)) out = middle;
    else within = middle;
  }
  return out;
}
