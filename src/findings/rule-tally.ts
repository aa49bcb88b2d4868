import { ruleText } from '../compare/rules/rule-text.ts';
import type { Rule } from '../config/compare-types.ts';
import type { RuleUse } from '../model/finding.ts';

/** How often rules are named that were not used: a store forgets what it has not heard of for days. */
const ANNOUNCED_EVERY = 60 * 60 * 1000;

/** On a compare thread: counts how often each rule of a route was of use, and names those that never are. */
export class RuleTally {
  readonly #uses: readonly Omit<RuleUse, 'hits'>[];
  readonly #hits: number[];
  #announceAt = 0;

  constructor(route: string, rules: readonly Rule[]) {
    this.#uses = rules.map((rule) => ({
      route,
      rule: ruleText(rule),
      origin: rule.origin,
      ...(rule.until === undefined ? {} : { until: rule.until }),
    }));
    this.#hits = rules.map(() => 0);
  }

  /** `applied`: of one pair, as indices of the rules. */
  add(applied: readonly number[]): void {
    for (const index of applied) this.#hits[index]!++;
  }

  /** The uses since the last time; once an hour also the rules that had none. `now` in milliseconds since 1970. */
  take(now: number): RuleUse[] {
    const all = now >= this.#announceAt;
    if (all) this.#announceAt = now + ANNOUNCED_EVERY;
    const uses = this.#uses.flatMap((use, index) => {
      const hits = this.#hits[index]!;
      return all || hits > 0 ? [{ ...use, hits }] : [];
    });
    this.#hits.fill(0);
    return uses;
  }
}
