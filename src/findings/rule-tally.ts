import { ruleText } from '../compare/rules/rule-text.ts';
import type { Rule } from '../config/compare-types.ts';
import type { RuleUse } from '../model/finding.ts';

/** Runs on a compare thread: counts how often each rule of a route was used. */
export class RuleTally {
  readonly #uses: readonly Omit<RuleUse, 'hits'>[];
  readonly #hits: number[];

  constructor(route: string, rules: readonly Rule[]) {
    this.#uses = rules.map((rule) => ({ route, rule: ruleText(rule), origin: rule.origin }));
    this.#hits = rules.map(() => 0);
  }

  /** `applied`: the rules used for one pair, as indices. */
  add(applied: readonly number[]): void {
    for (const index of applied) this.#hits[index]!++;
  }

  /** The uses since the last call. */
  take(): RuleUse[] {
    const uses = this.#uses.flatMap((use, index) => {
      const hits = this.#hits[index]!;
      return hits > 0 ? [{ ...use, hits }] : [];
    });
    this.#hits.fill(0);
    return uses;
  }
}
