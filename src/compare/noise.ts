import type { Place } from '../model/difference.ts';

/** Places that are remembered per route; when all are taken, new ones are judged by their own exchange alone. */
const CAPACITY = 2_000;
/** Looks at a place before its history counts. */
const ENOUGH = 4;
/** Share of the looks in which the control differed too, from which a place is taken for noisy. */
const USUAL = 0.75;

interface History {
  /** Exchanges in which the shadow differed from the primary there and the control did not. */
  shadowAlone: number;
  /** Exchanges in which the control differed from the primary there. */
  control: number;
}

/**
 * What the control has taught about the places of one route. A timestamp that control and primary happen to share
 * this once is no mismatch of the shadow's when it differs nearly always; a place where the shadow differs far more
 * often than the control is one, however noisy it is.
 */
export class NoiseProfile {
  readonly #places = new Map<string, History>();

  /** Takes note of one exchange: the places where the shadow, and where the control, differ from the primary. */
  learn(shadow: readonly Place[], control: readonly Place[]): void {
    const inControl = new Set(control.map(keyOf));
    for (const key of inControl) this.#note(key, 'control');
    for (const key of shadow.map(keyOf)) if (!inControl.has(key)) this.#note(key, 'shadowAlone');
  }

  /** Whether the control differs at this place about as a matter of course. */
  isNoisy(place: Place): boolean {
    const history = this.#places.get(keyOf(place));
    if (history === undefined) return false;
    const looks = history.control + history.shadowAlone;
    return looks >= ENOUGH && history.control >= USUAL * looks;
  }

  #note(key: string, what: keyof History): void {
    let history = this.#places.get(key);
    if (history === undefined) {
      if (this.#places.size === CAPACITY) return;
      history = { shadowAlone: 0, control: 0 };
      this.#places.set(key, history);
    }
    history[what]++;
  }
}

function keyOf({ path, kind }: Place): string {
  return `${kind} ${path}`;
}
