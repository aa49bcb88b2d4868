/**
 * Tells whether a target makes copies wait for one another, so that the time of one says how many were sent at once and
 * not how fast the target is. Where it does, that time grows with the number that were in flight when it was sent: of a
 * server that does one after another, by one time of service for each. Where it does not, the two have little to do with
 * each other, however slow it is.
 *
 * So the time is fitted to the number by least squares. The copies are kept in strata by the magnitude of the number, of
 * which each remembers its last ones: a target that is never idle again is still known by what it did when it was. But not
 * for ever, since a target that has become slow for good has more in flight too, and does not queue.
 */

/** Copies of a stratum after which one weighs 1/e of what it did. */
const MEMORY = 32;
/** Copies after which a stratum that has had none of them is forgotten. */
const FORGOTTEN = 2_048;
/** Weight without which nothing is known. */
const ENOUGH = 7;
/** How much of the variance of the time the number has to explain (r²). */
const EXPLAINED = 0.5;
/** What part of its time a copy has to have waited, by the fitted line, to be called waiting. */
const WAITED = 0.4;

/** Sums over the copies of which the number lies between two powers of two, with their weights. */
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

  /** A copy has been answered that was sent with so many in flight, itself included. `took`: milliseconds. */
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

  /** Milliseconds by which the time grows with each copy in flight; 0 where it does not follow from their number. */
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
    // Numbers that are all the same leave nothing but rounding errors.
    if (numberVariance < 1 || covariance <= 0 || covariance ** 2 < EXPLAINED * numberVariance * timeVariance) return 0;
    return covariance / numberVariance;
  }
}
