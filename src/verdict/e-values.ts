/**
 * Evidence as e-processes: quantities that under their null hypothesis are expected to be at most 1 at any moment,
 * however the moment was chosen. So the probability that one ever reaches 1/α is at most α (Ville's inequality), and it
 * may be looked at after each exchange. All are natural logarithms.
 */
import type { Transitions } from '../model/route-evidence.ts';

/**
 * That a chain of signs, each of which may depend on the one before, is `worse` more often than not in the long run.
 * Null: a Markov chain that is `better` at least half of the time, and whose signs have an autocorrelation of at most
 * `autocorrelation`. The likelihood, mixed over chains that are `worse` more often, over the largest that any chain of the
 * null has: universal inference (Wasserman, Ramdas, Balakrishnan, 2020), whose denominator is never below the truth.
 */
export function chainedSigns({ afterWorse, afterBetter }: Transitions, autocorrelation: number): number {
  const mixed = meanOf(ALTERNATIVES, ({ toWorse, toBetter, staysWorse, staysBetter }) => {
    const fromBetter = afterBetter.worse * toWorse + afterBetter.better * staysBetter;
    return fromBetter + afterWorse.better * toBetter + afterWorse.worse * staysWorse;
  });
  return mixed - likeliestNull(afterWorse, afterBetter, 1 - autocorrelation);
}

/** Chains, as logarithms of their probabilities: how often they are `worse` in the long run, and how autocorrelated. */
const ALTERNATIVES = [0.525, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.995].flatMap((worse) =>
  [0, 0.2, 0.4, 0.6, 0.8].map((autocorrelation) => {
    const [p, q] = [worse * (1 - autocorrelation), (1 - worse) * (1 - autocorrelation)];
    return { toWorse: Math.log(p), staysBetter: Math.log1p(-p), toBetter: Math.log(q), staysWorse: Math.log1p(-q) };
  }),
);

/**
 * The largest log-likelihood where p = P(worse | better before) ≤ q = P(better | worse before) and p + q ≥ `least`. It is
 * concave, so that it lies at its peak, or, where that is outside, on one of the two edges.
 */
function likeliestNull(
  afterWorse: Transitions['afterWorse'],
  afterBetter: Transitions['afterBetter'],
  least: number,
): number {
  const at = (p: number, q: number) =>
    times(afterBetter.worse, p) +
    times(afterBetter.better, 1 - p) +
    times(afterWorse.better, q) +
    times(afterWorse.worse, 1 - q);
  const fromBetter = afterBetter.worse + afterBetter.better;
  const fromWorse = afterWorse.worse + afterWorse.better;
  const p = fromBetter === 0 ? 0 : afterBetter.worse / fromBetter;
  const q = fromWorse === 0 ? 1 : afterWorse.better / fromWorse;
  if (p <= q && p + q >= least) return at(p, q);
  const total = fromBetter + fromWorse;
  const equal = Math.max(total === 0 ? 0.5 : (afterBetter.worse + afterWorse.better) / total, least / 2);
  return Math.max(
    at(equal, equal),
    highest((share) => at(share, least - share), 0, least / 2),
  );
}

/** count · ln(probability), where nothing happened 0 times. */
function times(count: number, probability: number): number {
  return count === 0 ? 0 : count * Math.log(Math.max(probability, 0));
}

/** The largest value of a concave function between two points, by golden section. */
function highest(of: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atLeft, atRight] = [of(left), of(right)];
  for (let step = 0; step < 40; step++) {
    if (atLeft < atRight) {
      low = left;
      [left, atLeft] = [right, atRight];
      right = low + ratio * (high - low);
      atRight = of(right);
    } else {
      high = right;
      [right, atRight] = [left, atLeft];
      left = high - ratio * (high - low);
      atLeft = of(left);
    }
  }
  return Math.max(atLeft, atRight);
}

/** The middles of 64 equal parts of (0, 1). */
const PARTS = Array.from({ length: 64 }, (_, part) => (part + 0.5) / 64);

/**
 * That the rate of something is above `limit`. Null: an exchange has it with a probability of at most `limit`, whatever
 * came before. Each rate above the limit bets rate/limit on an exchange that has it, at the price of exp(limit − rate) an
 * exchange; since 1 + x ≤ eˣ, that is a fair bet or worse. Mixed over 64 rates up to 1.
 */
export function rateAbove(limit: number, count: number, exchanges: number): number {
  return meanOf(PARTS, (step) => {
    const rate = limit ** (1 - step);
    return count * Math.log(rate / limit) - (rate - limit) * exchanges;
  });
}

/**
 * That exchanges in which the shadow alone is bad exceed those in which the other alone is, by less than `limit` an
 * exchange: a certificate. Null: the difference, −1, 0 or 1, is expected to be at least `limit`, whatever came before.
 * Bets of λ against it, mixed over λ in (0, 1); with no bad exchange E reaches 20 after about 4.5 / limit exchanges.
 */
export function excessBelow(limit: number, counts: { worse: number; better: number; exchanges: number }): number {
  const { worse, better, exchanges } = counts;
  const neither = Math.max(exchanges - worse - better, 0);
  return meanOf(PARTS, (bet) => {
    const lost = worse * Math.log1p(-bet * (1 - limit));
    return lost + better * Math.log1p(bet * (1 + limit)) + neither * Math.log1p(bet * limit);
  });
}

/** The logarithm of the mean of e^f. */
export function meanOf<T>(points: readonly T[], f: (point: T) => number): number {
  const values = points.map(f);
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0) / values.length);
}
