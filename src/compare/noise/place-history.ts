import { type Appearance, classesFor } from './appearance.ts';
import { Band } from './band.ts';

/** The most classes of values that are remembered for a place. */
const MOST_CLASSES = 8;
/**
 * After this many responses in which the shadow repeats its value and production does not, the value counts as stuck.
 */
const STUCK_ID = 3;
const STUCK_VALUE = 8;
/** How many characters of a value are remembered, to recognize it. */
const REMEMBERED = 100;

/** From this many exchanges on, it is known how far two times of one exchange are apart. */
const ENOUGH_TIMES = 4;
/**
 * The factor by which they may be further apart, and the milliseconds that are always allowed, since a copy may have to
 * wait.
 */
const APART = 10;
const LEAST_APART = 60_000;

/** What was seen at one place of a route. */
export class PlaceHistory {
  /** Exchanges in which the shadow differed from the primary here and the control did not. */
  shadowAlone = 0;
  /** Exchanges in which the control differed from the primary here. */
  control = 0;
  /** The bands of production's values, by class. */
  readonly #bands = new Map<string, Band>();
  /** Exchanges in which primary and control both showed a time, and the most milliseconds between the two. */
  #times = 0;
  #apart = 0;
  #last = { primary: '', shadow: '' };
  #repeats = 0;

  /** The classes of production's values, the most frequent first. */
  get classes(): readonly { readonly name: string; readonly count: number }[] {
    return [...this.#bands].map(([name, { count }]) => ({ name, count })).sort((a, b) => b.count - a.count);
  }

  /** Learns the values of primary and control in one exchange. */
  learnPair(left: Appearance, right: Appearance): void {
    this.learn(left);
    this.learn(right);
    if (left.measure !== 'time' || right.measure !== 'time') return;
    this.#times++;
    this.#apart = Math.max(this.#apart, Math.abs(right.size - left.size));
  }

  /** Learns a value of production. */
  learn(appearance: Appearance): void {
    let band = this.#bands.get(appearance.class);
    if (band === undefined) {
      if (this.#bands.size === MOST_CLASSES) return;
      band = new Band(appearance);
      this.#bands.set(appearance.class, band);
    }
    band.widen(appearance.size);
  }

  /** Whether production shows values that look like the right one; for times, also as near to the left one. */
  isLike(left: Appearance, right: Appearance): boolean {
    const isKnown = classesFor(right).some((name) => this.#bands.get(name)?.holds(right.size) === true);
    return isKnown && this.#isNear(left, right);
  }

  #isNear(left: Appearance, right: Appearance): boolean {
    if (left.measure !== 'time' || right.measure !== 'time' || this.#times < ENOUGH_TIMES) return true;
    return Math.abs(right.size - left.size) <= Math.max(APART * this.#apart, LEAST_APART);
  }

  /** Notes the values of both in one exchange, to detect a stuck value. */
  follow(primary: string, shadow: string): void {
    const seen = { primary: primary.slice(0, REMEMBERED), shadow: shadow.slice(0, REMEMBERED) };
    if (seen.shadow === '') return;
    if (seen.shadow !== this.#last.shadow) this.#repeats = 1;
    else if (seen.primary !== this.#last.primary) this.#repeats++;
    this.#last = seen;
  }

  /** Whether the shadow repeats one value where production has a new one each time. */
  isStuck({ identifies }: Appearance): boolean {
    return this.#repeats >= (identifies ? STUCK_ID : STUCK_VALUE);
  }
}
