import type { JSONValue } from 'json-p3';
import { type Pattern, type Selector, sliceTakes } from './pattern.ts';
import type { CompiledRule } from './rule.ts';

/**
 * The rules at one place of a body. First, rules that cover it: their path leads here, or to a value around it and
 * their effect reaches below. Second, rules whose path has been followed this far. Scopes are immutable, and shared by
 * all places that rules can't distinguish: a thousand elements need one scope.
 */
export class Scope {
  /** In the order of the configuration. */
  readonly covering: readonly CompiledRule[];
  /** Rules that also cover everything inside. */
  readonly #reaching: readonly CompiledRule[];
  readonly #followers: readonly Follower[];
  /** Whether the next scope depends only on names: then steps are cached. */
  readonly #byName: boolean;
  readonly #steps = new Map<string | undefined, Scope>();

  constructor(covering: readonly CompiledRule[], followers: readonly Follower[]) {
    this.covering = covering;
    this.#reaching = covering.filter(({ effect }) => effect.reach === 'below');
    this.#followers = followers;
    this.#byName = followers.every(({ pattern, at }) =>
      pattern[at]!.selectors.every(({ by }) => by === 'name' || by === 'wildcard'),
    );
  }

  /** True where no rule covers this place or anything inside it. */
  get free(): boolean {
    return this.covering.length === 0 && this.#followers.length === 0;
  }

  /** True where everything inside has this scope. */
  get uniform(): boolean {
    return this.#followers.length === 0 && this.#reaching.length === this.covering.length;
  }

  /** The scope of a child. A path is followed when it selects the child on either side. */
  child(step: Step): Scope {
    if (this.uniform) return this;
    if (!this.#byName) return this.#follow(step);
    const known = this.#steps.get(step.name);
    if (known !== undefined) return known;
    const scope = this.#follow(step);
    if (this.#steps.size < REMEMBERED_STEPS) this.#steps.set(step.name, scope);
    return scope;
  }

  #follow(step: Step): Scope {
    const followers = this.#followers.flatMap((follower) => {
      const segment = follower.pattern[follower.at]!;
      const selected = segment.selectors.some((selector) => selects(selector, step));
      const next = selected ? [{ ...follower, at: follower.at + 1 }] : [];
      return segment.descendant ? [follower, ...next] : next;
    });
    return arrive(this.#reaching, followers);
  }
}

/** A rule whose path has been followed up to its segment `at`. */
interface Follower {
  readonly rule: CompiledRule;
  readonly pattern: Pattern;
  readonly at: number;
}

/** From a value to one of its children, in the left and the right document, where each has it. */
export interface Step {
  /** Absent for an element. */
  readonly name?: string;
  readonly left?: StepSide;
  readonly right?: StepSide;
}

/** What index selectors and filters read. */
export interface StepSide {
  readonly index?: number;
  /** The length of the element's array. */
  readonly length?: number;
  readonly value: () => JSONValue;
  readonly root: () => JSONValue;
}

/** Limits the cache of a scope, for objects with very many names. */
const REMEMBERED_STEPS = 1000;

const FREE = new Scope([], []);

/** The scope of a body's root. */
export function rootScope(rules: readonly CompiledRule[]): Scope {
  const followers = rules.flatMap((rule) => (rule.pattern ? [{ rule, pattern: rule.pattern, at: 0 }] : []));
  return arrive([], followers);
}

/** Followers at the end of their path cover the place. The rest stay followers, without duplicates. */
function arrive(covering: readonly CompiledRule[], followers: readonly Follower[]): Scope {
  const arrived = followers.filter(({ pattern, at }) => at === pattern.length).map(({ rule }) => rule);
  const onTheWay = followers.filter(({ pattern, at }) => at < pattern.length);
  const covers = arrived.length === 0 ? covering : inOrder([...covering, ...arrived]);
  const follows = onTheWay.filter(
    (one, index) => onTheWay.findIndex((other) => other.rule === one.rule && other.at === one.at) === index,
  );
  return covers.length === 0 && follows.length === 0 ? FREE : new Scope(covers, follows);
}

function inOrder(rules: readonly CompiledRule[]): readonly CompiledRule[] {
  return [...new Set(rules)].sort((a, b) => a.index - b.index);
}

function selects(selector: Selector, step: Step): boolean {
  switch (selector.by) {
    case 'name':
      return selector.name === step.name;
    case 'wildcard':
      return true;
    default:
      return selectsSide(selector, step.left) || selectsSide(selector, step.right);
  }
}

function selectsSide(selector: Selector & { by: 'index' | 'slice' | 'filter' }, side: StepSide | undefined): boolean {
  if (side === undefined) return false;
  if (selector.by === 'filter') return passes(selector, side);
  const { index, length } = side;
  if (index === undefined || length === undefined) return false;
  if (selector.by === 'slice') return sliceTakes(selector, index, length);
  return selector.index === index || selector.index === index - length;
}

/** A filter that cannot be evaluated (a value nested too deep for it) does not select. */
function passes(selector: Selector & { by: 'filter' }, side: StepSide): boolean {
  try {
    return selector.test(side.value(), side.root());
  } catch {
    return false;
  }
}
