import type { Rule } from '../config/compare-types.ts';
import type { FindingsBatch } from '../model/finding.ts';
import type { RouteRow } from '../model/route.ts';
import { FindingsCollector } from './collector.ts';
import type { ExampleBudget } from './example-budget.ts';
import type { Redactor } from './redactor.ts';
import { RuleTally } from './rule-tally.ts';

/** Runs on a compare thread: the findings of one rehearsal in one flush interval. */
export class RehearsalFindings {
  readonly findings: FindingsCollector;
  /** Rows with counts. */
  readonly counted = new Set<RouteRow>();
  readonly #rules = new Map<string, RuleTally>();

  constructor(redactor: Redactor, random: () => number, examples: ExampleBudget) {
    this.findings = new FindingsCollector(redactor, random, examples);
  }

  /** Counts the uses of a configured route's rules. `applied`: the rules used for one pair, as indices. */
  applied(route: string, rules: readonly Rule[], applied: readonly number[]): void {
    if (applied.length === 0) return;
    let tally = this.#rules.get(route);
    if (tally === undefined) {
      tally = new RuleTally(route, rules);
      this.#rules.set(route, tally);
    }
    tally.add(applied);
  }

  /** All findings; undefined if there are none. */
  take(): FindingsBatch | undefined {
    for (const tally of this.#rules.values()) for (const use of tally.take()) this.findings.addRule(use);
    const batch = this.findings.take();
    const isEmpty = Object.values(batch).every(({ length }) => length === 0) && this.counted.size === 0;
    return isEmpty ? undefined : batch;
  }
}
