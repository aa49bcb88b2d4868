import { type Appearance, classesFor } from './appearance.ts';
import { Band } from './band.ts';

/** Classes of values that are remembered of a place. */
const MOST_CLASSES = 8;
/** Responses in which the shadow repeats itself, and production does not, from which its value is taken for stuck. */
const STUCK_ID = 3;
const STUCK_VALUE = 8;
/** Characters of a value by which it is known again. */
const REMEMBERED = 100;

/** What was seen at one place of a route. */
export class PlaceHistory {
  /** Exchanges in which the shadow differed from the primary here and the control did not. */
  shadowAlone = 0;
  /** Exchanges in which the control differed from the primary here. */
  control = 0;
  /** Of production's values, by class. */
  readonly #bands = new Map<string, Band>();
  #last = { primary: '', shadow: '' };
  #repeats = 0;

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

  /** Whether production shows values that look like this one. */
  isLike(appearance: Appearance): boolean {
    return classesFor(appearance).some((name) => this.#bands.get(name)?.holds(appearance.size) === true);
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
