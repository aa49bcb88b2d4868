import type { RuleUse } from '../model/finding.ts';

/** How often each rule was of use in this process, in all routes that have it. On main. */
export class RuleHits {
  readonly #hits = new Map<string, number>();

  add(uses: readonly RuleUse[]): void {
    for (const { rule, hits } of uses) this.#hits.set(rule, (this.#hits.get(rule) ?? 0) + hits);
  }

  /** As many as there are rules in the configurations that were in force. */
  get counts(): readonly { readonly rule: string; readonly hits: number }[] {
    return [...this.#hits].map(([rule, hits]) => ({ rule, hits }));
  }
}
