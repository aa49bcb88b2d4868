import type { Place } from '../../model/difference.ts';
import type { LearnedPlace } from '../../model/finding.ts';
import { placeKey } from '../collapse.ts';
import { isScalar } from '../rules/classes.ts';
import type { Value } from '../value.ts';
import { type Appearance, appearanceOf } from './appearance.ts';
import { isBeyondChance } from './odds.ts';
import { PlaceHistory } from './place-history.ts';
import { type Seen, type Spot, spotsIn } from './seen.ts';

/** The most places that are remembered per route. Beyond this, differences at new places are not noise. */
const CAPACITY = 2_000;
/** In how many exchanges the control must differ at a place before the place is noisy. */
const ENOUGH = 2;
/** After this many exchanges, a member that only the shadow adds or lacks is not one of those that come and go. */
const ENOUGH_ALONE = 8;

/**
 * What was learned from the control about the places of one route. A place is noisy where the control differs from the
 * primary too, or has done so about as often as the shadow. A difference there is noise while the shadow's value looks
 * like one of production's (the same class, a similar size), and while it does not repeat a value that production never
 * repeats.
 *
 * A text with parts (noise/parts.ts) is noise where each differing part is noise, by the same rule.
 *
 * Members that come and go (`added`, `removed`) make their whole object noisy: which members it has differs from one
 * response to the next.
 */
export class NoiseProfile {
  readonly #places = new Map<string, PlaceHistory>();
  readonly #objects = new Map<string, PlaceHistory>();

  /** Whether nothing is known, so that nothing is noise. */
  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** What is known about a place; undefined where production was never seen to differ. */
  learnedAt({ path, kind }: Place): LearnedPlace | undefined {
    const key = placeKey({ path, kind });
    const history = this.#places.get(key);
    if (history === undefined || history.control === 0) return undefined;
    const { control, shadowAlone, classes } = history;
    const parts = [...this.#places].flatMap(([part, { control: differed }]) =>
      differed > 0 && part.startsWith(`${key}\n`) ? [part.slice(key.length + 1)] : [],
    );
    return { path, kind, control, shadowAlone, classes, parts };
  }

  /** Learns from one exchange: the differences of the shadow and of the control from the primary. */
  learn(shadow: readonly Seen[], control: readonly Seen[]): void {
    const [ofShadow, ofControl] = [spotsIn(shadow), spotsIn(control)];
    for (const spot of ofControl) {
      const [left, right] = looksOf(spot);
      for (const history of this.#historiesFor(spot)) history.learnPair(left, right);
    }
    noteAll(this.#places, keysOf(ofShadow, keyOf), keysOf(ofControl, keyOf));
    noteAll(this.#objects, keysOf(ofShadow, objectKey), keysOf(ofControl, objectKey));
    for (const { key, kind, sides } of ofShadow) {
      const history = this.#places.get(key);
      if (history === undefined || history.control === 0) continue;
      // The primary is production too.
      history.learn(appearanceOf(kind, sides.left));
      history.follow(scalarText(sides.left), scalarText(sides.right));
    }
  }

  /**
   * Whether the control has a value at a noisy place that production never showed. Call it before `learn`. `shadow`:
   * the shadow's differences in the same exchange.
   */
  isOdd(seen: Seen, shadow: readonly Seen[]): boolean {
    const [whole, ...parts] = seen.spots;
    const history = this.#places.get(whole.key);
    if (history === undefined || history.control === 0) return false;
    if (!history.isLike(...looksOf(whole))) return true;
    const shown = keysOf(spotsIn(shadow), keyOf);
    return parts.some(({ key }) => !shown.has(key) && !isUsual(this.#places.get(key)));
  }

  /**
   * Whether a difference is noise, with each of its parts. `control`: the control's differences in the same exchange.
   */
  isNoise(seen: Seen, control: readonly Seen[]): boolean {
    const ofControl = spotsIn(control);
    return seen.spots.every((spot) => this.#isNoiseAt(spot, ofControl));
  }

  #isNoiseAt(spot: Spot, control: readonly Spot[]): boolean {
    const [left, right] = looksOf(spot);
    const history = this.#places.get(spot.key);
    const shown = control.some(({ key }) => key === spot.key);
    if (history !== undefined && (shown || isUsual(history)))
      return history.isLike(left, right) && !history.isStuck(right);
    return this.#comesAndGoes(spot, control);
  }

  #comesAndGoes(spot: Spot, control: readonly Spot[]): boolean {
    const key = objectKey(spot);
    const history = key === undefined ? undefined : this.#objects.get(key);
    if (history === undefined) return false;
    const own = this.#places.get(spot.key);
    if (own !== undefined && own.control === 0 && own.shadowAlone >= ENOUGH_ALONE) return false;
    const shown = control.some((other) => objectKey(other) === key);
    return (shown || isUsual(history)) && history.isLike(...looksOf(spot));
  }

  #historiesFor(spot: Spot): PlaceHistory[] {
    const object = objectKey(spot);
    const histories = [historyAt(this.#places, spot.key)];
    if (object !== undefined) histories.push(historyAt(this.#objects, object));
    return histories.filter((history) => history !== undefined);
  }
}

function looksOf({ kind, sides: { left, right } }: Spot): readonly [left: Appearance, right: Appearance] {
  return [appearanceOf(kind, left), appearanceOf(kind, right)];
}

/** Only scalars: recognizing an object or an array would require reading all of it. */
function scalarText(value: Value | undefined): string {
  return value !== undefined && isScalar(value) ? value.text : '';
}

function isUsual(history: PlaceHistory | undefined): boolean {
  return history !== undefined && history.control >= ENOUGH && !isBeyondChance(history.shadowAlone, history.control);
}

const keyOf = ({ key }: Spot) => key;

function keysOf(spots: readonly Spot[], key: (spot: Spot) => string | undefined): ReadonlySet<string> {
  return new Set(spots.flatMap((spot) => key(spot) ?? []));
}

function historyAt(places: Map<string, PlaceHistory>, key: string): PlaceHistory | undefined {
  let history = places.get(key);
  if (history === undefined && places.size < CAPACITY) {
    history = new PlaceHistory();
    places.set(key, history);
  }
  return history;
}

/** `shadow`, `control`: their differences from the primary. */
function noteAll(places: Map<string, PlaceHistory>, shadow: ReadonlySet<string>, control: ReadonlySet<string>): void {
  for (const key of control) note(places, key, 'control');
  for (const key of shadow) if (!control.has(key)) note(places, key, 'shadowAlone');
}

function note(places: Map<string, PlaceHistory>, key: string, what: 'control' | 'shadowAlone'): void {
  const history = historyAt(places, key);
  if (history !== undefined) history[what]++;
}

/** The last step of a path to a member. Elements of an array already share one path. */
const MEMBER = /(?:\.[^.[\]]+|\['(?:[^'\\]|\\.)*'\])$/;

/** The key for the object of a member that was added or removed. */
function objectKey({ path, kind }: Place): string | undefined {
  if ((kind !== 'added' && kind !== 'removed') || !path.startsWith('$')) return undefined;
  const object = path.replace(MEMBER, '');
  return object === path ? undefined : object;
}
