/** One recorded exchange compared again under the rules of its route, with each step. */
import type { Comparison } from '../compare/comparison.ts';
import { proposalText } from '../compare/proposals/proposal-text.ts';
import { hasResponse } from '../compare/recorded-response.ts';
import { makeRejudge, type Rejudged, type UntriedPlace } from '../compare/rejudge.ts';
import { ruleText } from '../compare/rules/rule-text.ts';
import type { CompareConfig, Rule } from '../config/compare-types.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Difference } from '../model/difference.ts';
import type { RecordedDifference, RecordedExchange } from '../model/finding.ts';
import { DEFAULT_ROUTE } from '../model/route.ts';
import type { StoredExchange } from '../model/store-reader.ts';

export interface Explanation {
  /** The route whose rules were applied. */
  readonly route: string;
  /** In the order of the configuration. */
  readonly rules: readonly ExplainedRule[];
  /** What the comparison did, in words. */
  readonly steps: readonly string[];
  /** Judged by this pair only: noise that is known from other exchanges is not. */
  readonly outcome: Rejudged['ending'];
  /** What no rule accepts. */
  readonly differences: readonly ExplainedDifference[];
  readonly accepted: readonly (Difference & { readonly rule: string })[];
  /** Further differences at the same places, which are not listed. */
  readonly omitted: number;
  /** Differences for which the record can't tell what the rules would do. */
  readonly untried: readonly UntriedPlace[];
  /** Rules that would accept the differences, as YAML; absent if there are none. */
  readonly proposal?: string;
}

export interface ExplainedRule {
  /** As in the configuration. */
  readonly rule: string;
  /** `file:line` or `flag`. */
  readonly origin: string;
  readonly state: 'used' | 'not_used' | 'expired';
}

export interface ExplainedDifference extends Difference {
  /**
   * Whether the control differs there as well: `noise`, or with values that look otherwise. Absent: it does not, or
   * there is none.
   */
  readonly control?: 'noise' | 'otherwise';
}

/** The rules to apply. */
export interface ExplainedUnder {
  readonly route: { readonly name: string; readonly compare: CompareConfig };
  /** The marker of the copies. */
  readonly marker: string;
  /** Milliseconds since 1970: expired rules do not apply. */
  readonly now: number;
}

export type ExplainableExchange = RecordedExchange & Partial<Pick<StoredExchange, 'service'>>;

/** Undefined if a leg gave no response: then nothing was compared. */
export function explainExchange(
  exchange: ExplainableExchange,
  { route, marker, now }: ExplainedUnder,
): Explanation | undefined {
  if (!hasResponse(exchange.primary) || !hasResponse(exchange.shadow)) return undefined;
  const { compare } = route;
  const clock: Clock = { ...systemClock, wall: () => now };
  const steps: string[] = [];
  const rejudge = makeRejudge(compare, clock, (step) => steps.push(step), marker);
  const { comparison, control, judgement, untried, ending } = rejudge(exchange)!;
  const left = judgement.mismatching.map((each) => withFits(each, exchange));
  // A configured route has its rules already, or gets the next ones beside them.
  const under = route.name === DEFAULT_ROUTE ? exchange.route : route.name;
  const proposal = proposalText([{ ...exchange, route: under, differences: left }], { ...compare, budget: Infinity });
  return {
    route: route.name,
    rules: compare.rules.map((rule, index) => explainedRule(rule, comparison.applied.includes(index), now)),
    steps,
    outcome: ending,
    differences: comparison.differences.map((each) => ({ ...each, ...shownBy(control, judgement.noise, each) })),
    accepted: comparison.accepted.map(({ index: _, ...each }) => each),
    omitted: comparison.omitted,
    untried,
    ...(proposal !== undefined && { proposal }),
  };
}

/** The same as a question, which is asked where comparing again holds up nobody. */
export async function readExplanation(
  _: unknown,
  { exchange, ...under }: ExplainedUnder & { readonly exchange: ExplainableExchange },
): Promise<Explanation | undefined> {
  return explainExchange(exchange, under);
}

function explainedRule(rule: Rule, used: boolean, now: number): ExplainedRule {
  const isExpired = rule.until !== undefined && rule.until <= now;
  return { rule: ruleText(rule), origin: rule.origin, state: isExpired ? 'expired' : used ? 'used' : 'not_used' };
}

function shownBy(
  control: Comparison | undefined,
  noise: readonly Difference[],
  difference: Difference,
): Pick<ExplainedDifference, 'control'> {
  if (noise.includes(difference)) return { control: 'noise' };
  const { path, kind } = difference;
  const differs = control?.differences.some((each) => each.path === path && each.kind === kind) ?? false;
  return differs ? { control: 'otherwise' } : {};
}

/** What was found on the complete values when the pair was recorded. */
function withFits(difference: Difference, { differences }: RecordedExchange): RecordedDifference {
  const { path, kind, left, right } = difference;
  const same = differences.find(
    (each) => each.path === path && each.kind === kind && each.left === left && each.right === right,
  );
  return same?.fits === undefined ? difference : { ...difference, fits: same.fits };
}
