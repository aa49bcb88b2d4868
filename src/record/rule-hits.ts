import type { ConfiguredRule, RuleUse } from '../model/finding.ts';

/** How often each rule was of use in this process, in all routes that have it. On main. */
export class RuleHits {
  readonly #hits = new Map<string, number>();

  /** From now on these are counted too, from 0 on where they were of no use yet. */
  configure(rules: readonly ConfiguredRule[]): void {
    for (const { rule } of rules) this.#count(rule, 0);
  }

  add(uses: readonly RuleUse[]): void {
    for (const { rule, hits } of uses) this.#count(rule, hits);
  }

  /** As many as there are rules in the configurations that were in force. */
  get counts(): readonly { readonly rule: string; readonly hits: number }[] {
    return [...this.#hits].map(([rule, hits]) => ({ rule, hits }));
  }

  #count(rule: string, hits: number): void {
    this.#hits.set(rule, (this.#hits.get(rule) ?? 0) + hits);
  }
}
