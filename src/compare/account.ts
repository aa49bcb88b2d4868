import type { Difference, Place } from '../model/difference.ts';
import { collapsePlaces, placeKey } from './collapse.ts';
import type { AcceptedDifference, Comparison, Sides } from './comparison.ts';
import type { Discrepancy } from './discrepancy.ts';
import type { OwnWords } from './own/own-words.ts';
import type { CompiledRule } from './rules/rule.ts';
import { bySeverity } from './severity.ts';
import { excerpts, keptValue, textValue } from './value.ts';

/** One difference as a part of the comparison found it, before the rules are asked. */
export interface Found extends Discrepancy {
  /** The rules that cover this place, in the order of the configuration. */
  readonly covering: readonly CompiledRule[];
}

/** How many differences of one place (and one accepting rule) are listed; the rest are counted. */
export const EXAMPLES_PER_PLACE = 10;

/** After this many places the account is closed: nobody reads on, and each would be a place of a signature. */
const MOST_PLACES = 500;

/** One step of a comparison, for a person. */
export type Explain = (step: string) => void;

interface AccountMark {
  readonly differences: number;
  readonly accepted: number;
  readonly omitted: number;
  readonly places: ReadonlyMap<string, number>;
  readonly applied: ReadonlySet<number>;
}

/** Gathers what the parts of a comparison find, and splits it by whether a rule accepts it. */
export class Account {
  /** Where each step is told to, if anyone listens. */
  readonly explain: Explain | undefined;
  /** Where in the bodies the comparison is at work, for when it has to stop. */
  place: { toString(): string } | undefined;
  readonly #differences: Difference[] = [];
  readonly #accepted: AcceptedDifference[] = [];
  readonly #sides = new Map<Difference, Sides>();
  #places = new Map<string, number>();
  #applied = new Set<number>();
  /** Differences that no rule accepts, listed or not, by place. */
  readonly #counts = new Map<string, number>();
  #collapsing = false;
  #omitted = 0;
  #outOfTime = false;
  readonly #own: OwnWords | undefined;

  constructor(explain?: Explain, own?: OwnWords) {
    this.explain = explain;
    this.#own = own;
  }

  /** True once there are more places than anyone reads; then the comparison may stop. */
  get full(): boolean {
    return this.#places.size >= MOST_PLACES;
  }

  add(found: Found): void {
    // Work that is ended by force may have noticed just before that its time is over.
    if (found.kind === 'budget' && this.#differences.some(({ kind }) => kind === 'budget')) return;
    if (this.#own?.explains(found)) {
      this.explain?.(`${shownFound(found)}; no difference: each side says its own origin, or what Understudy sent it`);
      return;
    }
    const rule = found.covering.find(({ effect }) => effect.accepts(found));
    this.explain?.(explainFound(found, rule));
    this.#list(rule, found);
  }

  /** For a difference that a rule accepts by how it had the pair read. */
  accept(rule: CompiledRule, found: Omit<Found, 'covering'>): void {
    this.explain?.(explainFound({ ...found, covering: [rule] }, rule));
    this.#list(rule, found);
  }

  #list(rule: CompiledRule | undefined, found: Omit<Found, 'covering'>): void {
    const { path, kind } = found;
    if (rule !== undefined) this.#applied.add(rule.index);
    else if (this.#collapsing) this.#count({ path, kind });
    const place = `${rule?.index ?? ''} ${kind} ${path}`;
    const listed = this.#places.get(place) ?? 0;
    if (listed === EXAMPLES_PER_PLACE || (listed === 0 && this.full && kind !== 'budget')) {
      this.#omitted++;
      return;
    }
    this.#places.set(place, listed + 1);
    const difference: Difference = { path, kind, ...shownSides(found) };
    if (rule === undefined) {
      this.#differences.push(difference);
      const { left, right } = found;
      this.#sides.set(difference, {
        ...(left && { left: keptValue(left) }),
        ...(right && { right: keptValue(right) }),
      });
    } else this.#accepted.push({ ...difference, rule: rule.text, index: rule.index });
  }

  #count(place: Place): void {
    const key = placeKey(place);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** For a comparison that ends early. Where it stood is told in the values: that is no part of the cause. */
  giveUp(left: string, right = left): void {
    this.add({ path: '$', kind: 'budget', left: textValue(left), right: textValue(right), covering: [] });
  }

  /** The same, where another time it may come further and find more. */
  runOutOfTime(left: string, right = left): void {
    this.#outOfTime = true;
    this.giveUp(left, right);
  }

  /** What has been found so far, to be gone back to. */
  mark(): AccountMark {
    return {
      differences: this.#differences.length,
      accepted: this.#accepted.length,
      omitted: this.#omitted,
      places: new Map(this.#places),
      applied: new Set(this.#applied),
    };
  }

  /** Forgets what was found since. Only the bodies of markup collapse, and these begin anew as well. */
  goBack({ differences, accepted, omitted, places, applied }: AccountMark): void {
    this.#differences.length = differences;
    this.#accepted.length = accepted;
    this.#omitted = omitted;
    this.#places = new Map(places);
    this.#applied = new Set(applied);
    this.#counts.clear();
    this.#collapsing = false;
    this.#outOfTime = false;
    this.place = undefined;
  }

  /** From now on places are counted, to be told together should there be many. */
  collapse(): void {
    this.#collapsing = true;
  }

  /** A rule that changed how the pair was read, such as an array's key. */
  applied(rule: CompiledRule): void {
    this.#applied.add(rule.index);
  }

  close(): Comparison {
    const differences = this.#collapsing ? collapsePlaces(this.#differences, this.#counts) : this.#differences;
    return {
      differences: differences.toSorted(bySeverity),
      accepted: this.#accepted,
      sides: this.#sides,
      omitted: this.#omitted,
      applied: [...this.#applied].sort((a, b) => a - b),
      ...(this.#outOfTime ? { outOfTime: true } : {}),
    };
  }
}

/** As a person is shown them: what is long is cut, where both sides have something so that it shows how they differ. */
function shownSides({ left, right }: Pick<Found, 'left' | 'right'>): Pick<Difference, 'left' | 'right'> {
  const [l, r] = [left?.excerpt, right?.excerpt];
  if (l !== undefined && r !== undefined && (l.endsWith('…') || r.endsWith('…'))) {
    const [around, other] = excerpts(left!.shown, right!.shown);
    return { left: around, right: other };
  }
  return { ...(l !== undefined && { left: l }), ...(r !== undefined && { right: r }) };
}

function shownFound(found: Discrepancy): string {
  const { left = '(nothing)', right = '(nothing)' } = shownSides(found);
  return `${found.kind} at ${found.path}: ${left} → ${right}`;
}

function explainFound(found: Found, rule: CompiledRule | undefined): string {
  const { covering } = found;
  const asked = covering.slice(0, rule === undefined ? undefined : covering.indexOf(rule));
  const declined = asked.map(({ text }) => `; covered by ${text}, which does not accept it`).join('');
  return `${shownFound(found)}${declined}; ${rule === undefined ? 'no rule accepts it' : `accepted by ${rule.text}`}`;
}
