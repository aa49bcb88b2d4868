/**
 * Detects whether copies queue at a target, so that their times show how many were sent at once, and not how fast the
 * target is. If they queue, the time of a copy grows with the number in flight when it was sent: by one service time
 * for each, if the target handles one after another. If they don't, the two hardly correlate, however slow the target
 * is.
 *
 * So the time is fitted to the number by least squares. The copies are grouped into strata by the magnitude of the
 * number, and each stratum remembers its latest copies. So for a target that is no longer idle, its times when idle are
 * still known. But not for ever: a target that has become permanently slow also has more in flight, without queueing.
 */

/** Copies of a stratum after which the weight of a copy has dropped to 1/e. */
const MEMORY = 32;
/** A stratum is forgotten after this many copies in other strata. */
const FORGOTTEN = 2_048;
/** The least weight for a result. */
const ENOUGH = 7;
/** The least share of the variance of the time that the number must explain (r²). */
const EXPLAINED = 0.5;
/** The share of its time that a copy must have waited, by the fitted line, to count as queued. */
const WAITED = 0.4;

/** Weighted sums over the copies whose number lies between two powers of two. */
class Stratum {
  seen = 0;
  weight = 0;
  number = 0;
  time = 0;
  numberSquare = 0;
  timeSquare = 0;
  product = 0;

  fade(): void {
    this.#scale(1 - 1 / MEMORY);
  }

  clear(): void {
    this.#scale(0);
  }

  #scale(by: number): void {
    this.weight *= by;
    this.number *= by;
    this.time *= by;
    this.numberSquare *= by;
    this.timeSquare *= by;
    this.product *= by;
  }
}

export class Queueing {
  readonly #strata = Array.from({ length: 17 }, () => new Stratum());
  #copies = 0;

  /**
   * Adds a copy that got its response. `inFlight`: the number when it was sent, including itself. `took`: milliseconds.
   */
  add(inFlight: number, took: number): void {
    this.#copies++;
    const stratum = this.#strata[Math.min(31 - Math.clz32(inFlight), this.#strata.length - 1)]!;
    stratum.fade();
    stratum.seen = this.#copies;
    stratum.weight++;
    stratum.number += inFlight;
    stratum.time += took;
    stratum.numberSquare += inFlight ** 2;
    stratum.timeSquare += took ** 2;
    stratum.product += inFlight * took;
  }

  /** Whether such a copy spent most of its time waiting for others. */
  explains(inFlight: number, took: number): boolean {
    const perCopy = this.#growth();
    return perCopy > 0 && perCopy * (inFlight - 1) >= WAITED * took;
  }

  /** Milliseconds by which the time grows with each copy in flight; 0 where it does not depend on their number. */
  #growth(): number {
    let [weight, number, time, numberSquare, timeSquare, product] = [0, 0, 0, 0, 0, 0];
    for (const stratum of this.#strata) {
      if (stratum.weight === 0) continue;
      if (this.#copies - stratum.seen > FORGOTTEN) stratum.clear();
      weight += stratum.weight;
      number += stratum.number;
      time += stratum.time;
      numberSquare += stratum.numberSquare;
      timeSquare += stratum.timeSquare;
      product += stratum.product;
    }
    if (weight < ENOUGH) return 0;
    const numberVariance = numberSquare - number ** 2 / weight;
    const timeVariance = timeSquare - time ** 2 / weight;
    const covariance = product - (number * time) / weight;
    // If all numbers are the same, only rounding errors remain.
    if (numberVariance < 1 || covariance <= 0 || covariance ** 2 < EXPLAINED * numberVariance * timeVariance) return 0;
    return covariance / numberVariance;
  }
}
