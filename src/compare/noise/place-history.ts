import { type Appearance, classesFor } from './appearance.ts';
import { Band } from './band.ts';

/** Classes of values that are remembered of a place. */
const MOST_CLASSES = 8;
/** Responses in which the shadow repeats itself, and production does not, from which its value is taken for stuck. */
const STUCK_ID = 3;
const STUCK_VALUE = 8;
/** Characters of a value by which it is known again. */
const REMEMBERED = 100;

/** Exchanges from which it is known how far apart two times of one exchange are. */
const ENOUGH_TIMES = 4;
/** By how much further apart they may be; and milliseconds that they may be apart in any case, since a copy may have to wait. */
const APART = 10;
const LEAST_APART = 60_000;

/** What was seen at one place of a route. */
export class PlaceHistory {
  /** Exchanges in which the shadow differed from the primary here and the control did not. */
  shadowAlone = 0;
  /** Exchanges in which the control differed from the primary here. */
  control = 0;
  /** Of production's values, by class. */
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

  /** Takes note of what primary and control showed in one exchange. */
  learnPair(left: Appearance, right: Appearance): void {
    this.learn(left);
    this.learn(right);
    if (left.measure !== 'time' || right.measure !== 'time') return;
    this.#times++;
    this.#apart = Math.max(this.#apart, Math.abs(right.size - left.size));
  }

  /** Takes note of a value that production showed here. */
  learn(appearance: Appearance): void {
    let band = this.#bands.get(appearance.class);
    if (band === undefined) {
      if (this.#bands.size === MOST_CLASSES) return;
      band = new Band(appearance);
      this.#bands.set(appearance.class, band);
    }
    band.widen(appearance.size);
  }

  /** Whether production shows values that look like the right one, and, if they are times, as near to the left one. */
  isLike(left: Appearance, right: Appearance): boolean {
    const isKnown = classesFor(right).some((name) => this.#bands.get(name)?.holds(right.size) === true);
    return isKnown && this.#isNear(left, right);
  }

  #isNear(left: Appearance, right: Appearance): boolean {
    if (left.measure !== 'time' || right.measure !== 'time' || this.#times < ENOUGH_TIMES) return true;
    return Math.abs(right.size - left.size) <= Math.max(APART * this.#apart, LEAST_APART);
  }

  /** Takes note of what both showed in one exchange. */
  follow(primary: string, shadow: string): void {
    const seen = { primary: primary.slice(0, REMEMBERED), shadow: shadow.slice(0, REMEMBERED) };
    if (seen.shadow === '') return;
    if (seen.shadow !== this.#last.shadow) this.#repeats = 1;
    else if (seen.primary !== this.#last.primary) this.#repeats++;
    this.#last = seen;
  }

  /** Whether the shadow says the same again and again where production says something else each time. */
  isStuck({ identifies }: Appearance): boolean {
    return this.#repeats >= (identifies ? STUCK_ID : STUCK_VALUE);
  }
}
