import { type Difference, type Place, sideInWords } from '../model/difference.ts';
import { collapsePlaces, placeKey } from './collapse.ts';
import type { AcceptedDifference, Comparison, Sides } from './comparison.ts';
import type { Discrepancy } from './discrepancy.ts';
import type { OwnWords } from './own/own-words.ts';
import type { CompiledRule } from './rules/rule.ts';
import { bySeverity } from './severity.ts';
import { excerpts, keptValue, textValue } from './value.ts';

/** One difference as found by a part of the comparison, before the rules are applied. */
export interface Found extends Discrepancy {
  /** The rules that cover this place, in the order of the configuration. */
  readonly covering: readonly CompiledRule[];
}

/** How many differences of one place (and one accepting rule) are listed; the rest are only counted. */
export const EXAMPLES_PER_PLACE = 10;

/** After this many places the account is closed: nobody reads more, and each would be part of the signature. */
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

/** Gathers the differences found, and splits them by whether a rule accepts them. */
export class Account {
  /** Called with each step of the comparison; undefined where nobody listens. */
  readonly explain: Explain | undefined;
  /** The present position in the bodies, for when the comparison must stop. */
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
    // Work that was stopped by force may just have reported the end of its time itself.
    if (found.kind === 'budget' && this.#differences.some(({ kind }) => kind === 'budget')) return;
    if (this.#own?.explains(found)) {
      this.explain?.(
        `${shownFound(found)}; no difference: each side shows its own origin, or what Understudy sent to it`,
      );
      return;
    }
    const rule = found.covering.find(({ effect }) => effect.accepts(found));
    this.explain?.(explainFound(found, rule));
    this.#list(rule, found);
  }

  /** For a difference that a rule accepts by changing how the pair is read. */
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

  /** For a comparison that ends early. Its position goes into the values, since it is not part of the cause. */
  giveUp(left: string, right = left): void {
    this.add({ path: '$', kind: 'budget', left: textValue(left), right: textValue(right), covering: [] });
  }

  /** The same for the end of time: another run may get further and find more. */
  runOutOfTime(left: string, right = left): void {
    this.#outOfTime = true;
    this.giveUp(left, right);
  }

  /** Marks what has been found so far, for `goBack`. */
  mark(): AccountMark {
    return {
      differences: this.#differences.length,
      accepted: this.#accepted.length,
      omitted: this.#omitted,
      places: new Map(this.#places),
      applied: new Set(this.#applied),
    };
  }

  /** Drops what was found since the mark. Collapsing needs no mark: only markup collapses, and it starts again too. */
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

  /** From now on places are counted, so that many of them can be reported together. */
  collapse(): void {
    this.#collapsing = true;
  }

  /** Notes a rule that changed how the pair was read, for example an array's key. */
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

/** Both sides for a person. Long values are cut; where both sides have a value, so that their difference is visible. */
function shownSides({ left, right }: Pick<Found, 'left' | 'right'>): Pick<Difference, 'left' | 'right'> {
  const [l, r] = [left?.excerpt, right?.excerpt];
  if (l !== undefined && r !== undefined && (l.endsWith('…') || r.endsWith('…'))) {
    const [around, other] = excerpts(left!.shown, right!.shown);
    return { left: around, right: other };
  }
  return { ...(l !== undefined && { left: l }), ...(r !== undefined && { right: r }) };
}

function shownFound(found: Discrepancy): string {
  const { left, right } = shownSides(found);
  return `${found.kind} at ${found.path}: ${sideInWords(left)} → ${sideInWords(right)}`;
}

function explainFound(found: Found, rule: CompiledRule | undefined): string {
  const { covering } = found;
  const asked = covering.slice(0, rule === undefined ? undefined : covering.indexOf(rule));
  const declined = asked.map(({ text }) => `; covered by ${text}, which does not accept it`).join('');
  return `${shownFound(found)}${declined}; ${rule === undefined ? 'no rule accepts it' : `accepted by ${rule.text}`}`;
}
