/** How recorded examples are judged under the present rules. */
import { placeKey } from '../compare/collapse.ts';
import type { Rejudge, Rejudged, UntriedPlace } from '../compare/rejudge.ts';
import { ruleText } from '../compare/rules/rule-text.ts';
import type { Config, Route } from '../config/types.ts';
import type { RecordedExchange } from '../model/finding.ts';
import type { StoredSignature } from '../model/store-reader.ts';

/** The output of `understudy rejudge --json`. Within one `schemaVersion` fields are only ever added. */
export interface Rejudgement {
  readonly schemaVersion: 1;
  /** Milliseconds since 1970, to find expired rules. */
  readonly generatedAt: number;
  /** Mismatches, then accepted ones, the most frequent first; at most 1000 of each. */
  readonly signatures: readonly RejudgedSignature[];
  /** Rules of all routes, the most used first. */
  readonly rules: readonly RejudgedRule[];
}

export interface RejudgedSignature extends StoredSignature {
  /**
   * The result for its examples. `accepted`: none is a mismatch any more; `partly`: some are; `mismatch`: all are, and
   * at least one proves it; `untried`: all are, because the record can't tell; `no_examples`: none was kept.
   */
  readonly now: 'accepted' | 'partly' | 'mismatch' | 'untried' | 'no_examples';
  /** They add up to `total`. */
  readonly examples: {
    readonly total: number;
    readonly accepted: number;
    readonly mismatch: number;
    readonly untried: number;
  };
  /** Where the record can't tell what the rules do, and in how many examples. */
  readonly untried: readonly (UntriedPlace & { readonly examples: number })[];
}

export interface RejudgedRule {
  /** As in the configuration. */
  readonly rule: string;
  /** `file:line` or `flag`. */
  readonly origin: string;
  /** `unused`: it accepts nothing and changes nothing in any example of its routes. */
  readonly state: 'used' | 'unused' | 'expired';
  /** In how many examples it accepts something, or changes how the pair is read. */
  readonly examples: number;
  /** How many examples were judged under it. */
  readonly of: number;
}

/** @param onRules called for each example with the indices in its `CompareConfig.rules` of the rules that were used. */
export function rejudgeSignature(
  row: StoredSignature,
  exchanges: readonly RecordedExchange[],
  rejudge: Rejudge,
  onRules: (exchange: RecordedExchange, indices: ReadonlySet<number>) => void,
): RejudgedSignature {
  const counts = { accepted: 0, mismatch: 0, untried: 0 };
  const untried = new Map<string, UntriedPlace & { readonly examples: number }>();
  for (const exchange of exchanges) {
    const judged = rejudge(exchange);
    counts[judged === undefined ? 'untried' : endingOf(judged, exchange)]++;
    if (judged === undefined) continue;
    onRules(exchange, rulesOfUse(judged));
    for (const place of judged.untried) {
      const key = `${place.why} ${placeKey(place)}`;
      untried.set(key, { ...place, examples: (untried.get(key)?.examples ?? 0) + 1 });
    }
  }
  const examples = { total: exchanges.length, ...counts };
  return { ...row, now: stateOf(examples), examples, untried: [...untried.values()] };
}

function stateOf({ total, accepted, mismatch }: RejudgedSignature['examples']): RejudgedSignature['now'] {
  if (total === 0) return 'no_examples';
  if (accepted === total) return 'accepted';
  if (accepted > 0) return 'partly';
  return mismatch > 0 ? 'mismatch' : 'untried';
}

/** What was noise when it was recorded still is, even if this exchange's own control doesn't show it. */
function endingOf({ ending, judgement, untried }: Rejudged, { noise = [] }: RecordedExchange) {
  if (ending === 'untried') return 'untried';
  const noisy = new Set(noise.map(placeKey));
  if (judgement.mismatching.some((each) => !noisy.has(placeKey(each)))) return 'mismatch';
  return untried.length > 0 ? 'untried' : 'accepted';
}

/** Rules that accept something, as far as the record proves it, and rules that only change how the pair is read. */
function rulesOfUse({ accepted, comparison }: Rejudged): ReadonlySet<number> {
  const accepting = new Set(comparison.accepted.map(({ index }) => index));
  return new Set([
    ...accepted.map(({ index }) => index),
    ...comparison.applied.filter((index) => !accepting.has(index)),
  ]);
}

/** In how many examples each configured rule was used. A rule of several routes counts as one. */
export class RuleTally {
  readonly #rows = new Map<string, RejudgedRule>();

  constructor({ routes }: Config, now: number) {
    for (const { compare } of routes) {
      for (const { until, ...rule } of compare.rules) {
        const state = until !== undefined && until <= now ? 'expired' : 'unused';
        const row = { rule: ruleText(rule), origin: rule.origin, state, examples: 0, of: 0 } as const;
        this.#rows.set(keyOf(row), row);
      }
    }
  }

  /** One example of this route. */
  add({ compare }: Route, used: ReadonlySet<number>): void {
    for (const [index, rule] of compare.rules.entries()) {
      const key = keyOf({ rule: ruleText(rule), origin: rule.origin });
      const row = this.#rows.get(key)!;
      const state = used.has(index) ? 'used' : row.state;
      this.#rows.set(key, { ...row, state, examples: row.examples + (used.has(index) ? 1 : 0), of: row.of + 1 });
    }
  }

  rows(): readonly RejudgedRule[] {
    return [...this.#rows.values()].toSorted((one, other) => other.examples - one.examples);
  }
}

function keyOf({ rule, origin }: Pick<RejudgedRule, 'rule' | 'origin'>): string {
  return `${origin} ${rule}`;
}
