import type { Difference, Place } from '../../model/difference.ts';
import { placeKey } from '../collapse.ts';
import type { Sides } from '../comparison.ts';
import { isScalar } from '../rules/classes.ts';
import type { Value } from '../value.ts';
import { type Appearance, appearanceOf } from './appearance.ts';
import { isBeyondChance } from './odds.ts';
import { PlaceHistory } from './place-history.ts';

/** Places that are remembered per route; when all are taken, differences at new ones are no noise. */
const CAPACITY = 2_000;
/** Exchanges in which the control differed at a place, before it is taken for noisy. */
const ENOUGH = 2;
/** Looks after which a member that the shadow alone adds or lacks is none of those that come and go. */
const ENOUGH_ALONE = 8;

/** A difference with its values, where they are known. */
export interface Seen {
  readonly difference: Difference;
  readonly sides: Sides;
}

/**
 * What the control has taught about the places of one route. A place is noisy where the control differs from the
 * primary too, or has done so about as often as the shadow. A difference there is noise while the shadow's value looks
 * like one of production's: of the same class, and about as large; and while it does not repeat what production never
 * repeats.
 *
 * Members that come and go (`added`, `removed`) make their object noisy as a whole: which of them are there differs from
 * one response to the next.
 */
export class NoiseProfile {
  readonly #places = new Map<string, PlaceHistory>();
  readonly #objects = new Map<string, PlaceHistory>();

  /** Takes note of one exchange: what differs from the primary in the shadow, and what in the control. */
  learn(shadow: readonly Seen[], control: readonly Seen[]): void {
    for (const { difference, sides } of control) {
      for (const history of this.#historiesFor(difference)) {
        history.learn(appearanceOf(difference.kind, sides.left));
        history.learn(appearanceOf(difference.kind, sides.right));
      }
    }
    noteAll(this.#places, keysOf(shadow, placeKey), keysOf(control, placeKey));
    noteAll(this.#objects, keysOf(shadow, objectKey), keysOf(control, objectKey));
    for (const { difference, sides } of shadow) {
      const history = this.#places.get(placeKey(difference));
      if (history === undefined || history.control === 0) continue;
      // The primary is production too.
      history.learn(appearanceOf(difference.kind, sides.left));
      history.follow(scalarText(sides.left), scalarText(sides.right));
    }
  }

  /** Whether the control shows what production never showed at a noisy place. To be asked before it is learned. */
  isOdd({ difference, sides }: Seen): boolean {
    const history = this.#places.get(placeKey(difference));
    if (history === undefined || history.control === 0) return false;
    return !history.isLike(appearanceOf(difference.kind, sides.right));
  }

  /** Whether a difference is noise. `control`: what the control shows in the same exchange. */
  isNoise({ difference, sides }: Seen, control: readonly Seen[]): boolean {
    const looks = appearanceOf(difference.kind, sides.right);
    const history = this.#places.get(placeKey(difference));
    const shown = control.some((other) => placeKey(other.difference) === placeKey(difference));
    if (history !== undefined && (shown || isUsual(history))) return history.isLike(looks) && !history.isStuck(looks);
    return this.#comesAndGoes(difference, looks, control);
  }

  #comesAndGoes(difference: Difference, looks: Appearance, control: readonly Seen[]): boolean {
    const key = objectKey(difference);
    const history = key === undefined ? undefined : this.#objects.get(key);
    if (history === undefined) return false;
    const own = this.#places.get(placeKey(difference));
    if (own !== undefined && own.control === 0 && own.shadowAlone >= ENOUGH_ALONE) return false;
    const shown = control.some((other) => objectKey(other.difference) === key);
    return (shown || isUsual(history)) && history.isLike(looks);
  }

  #historiesFor(difference: Difference): PlaceHistory[] {
    const object = objectKey(difference);
    const histories = [historyAt(this.#places, placeKey(difference))];
    if (object !== undefined) histories.push(historyAt(this.#objects, object));
    return histories.filter((history) => history !== undefined);
  }
}

/** Of an object or an array there is no telling whether it is the same again without reading all of it. */
function scalarText(value: Value | undefined): string {
  return value !== undefined && isScalar(value) ? value.text : '';
}

function isUsual({ control, shadowAlone }: PlaceHistory): boolean {
  return control >= ENOUGH && !isBeyondChance(shadowAlone, control);
}

function keysOf(seen: readonly Seen[], keyOf: (place: Place) => string | undefined): ReadonlySet<string> {
  return new Set(seen.flatMap(({ difference }) => keyOf(difference) ?? []));
}

function historyAt(places: Map<string, PlaceHistory>, key: string): PlaceHistory | undefined {
  let history = places.get(key);
  if (history === undefined && places.size < CAPACITY) {
    history = new PlaceHistory();
    places.set(key, history);
  }
  return history;
}

/** `shadow`, `control`: where they differ from the primary. */
function noteAll(places: Map<string, PlaceHistory>, shadow: ReadonlySet<string>, control: ReadonlySet<string>): void {
  for (const key of control) note(places, key, 'control');
  for (const key of shadow) if (!control.has(key)) note(places, key, 'shadowAlone');
}

function note(places: Map<string, PlaceHistory>, key: string, what: 'control' | 'shadowAlone'): void {
  const history = historyAt(places, key);
  if (history !== undefined) history[what]++;
}

/** The last step of a path to a member. Elements of an array have one path already. */
const MEMBER = /(?:\.[^.[\]]+|\['(?:[^'\\]|\\.)*'\])$/;

/** The object of a member that was added or removed. */
function objectKey({ path, kind }: Place): string | undefined {
  if ((kind !== 'added' && kind !== 'removed') || !path.startsWith('$')) return undefined;
  const object = path.replace(MEMBER, '');
  return object === path ? undefined : object;
}
