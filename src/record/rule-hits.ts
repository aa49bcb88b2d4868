import type { ConfiguredRule, RuleUse } from '../model/finding.ts';

export interface RuleHitCount {
  readonly service: string;
  readonly rule: string;
  readonly hits: number;
}

/** Runs on main: how often each rule was used in this process, in all routes of a service that have it. */
export class RuleHits {
  readonly #hits = new Map<string, Map<string, number>>();

  /** From now on these rules are listed too, with 0 if they were not used yet. */
  configure(rules: readonly ConfiguredRule[]): void {
    for (const { service, rule } of rules) this.#count(service, rule, 0);
  }

  add(service: string, uses: readonly RuleUse[]): void {
    for (const { rule, hits } of uses) this.#count(service, rule, hits);
  }

  /** At most as many as there were rules in all configurations so far. */
  get counts(): readonly RuleHitCount[] {
    return [...this.#hits].flatMap(([service, rules]) => [...rules].map(([rule, hits]) => ({ service, rule, hits })));
  }

  #count(service: string, rule: string, hits: number): void {
    const rules = this.#hits.get(service) ?? new Map<string, number>();
    this.#hits.set(service, rules);
    rules.set(rule, (rules.get(rule) ?? 0) + hits);
  }
}
