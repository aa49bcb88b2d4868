import type { CompareConfig, Rule } from '../../config/compare-types.ts';
import type { Difference, Place } from '../../model/difference.ts';
import type { RecordedDifference, RecordedExchange } from '../../model/finding.ts';
import { DEFAULT_IGNORED_HEADERS } from '../../model/headers.ts';
import { holdsToken } from '../../model/redaction.ts';
import { placeKey } from '../collapse.ts';
import { makeComparator } from '../comparator.ts';
import type { Comparison } from '../comparison.ts';
import { capturedFrom, hasResponse, incompleteness } from '../recorded-response.ts';
import { isInHead } from '../signature.ts';
import { isKeptWhole } from '../value.ts';

/** How to compare where the configuration of the route is not known. The milliseconds are for one example. */
const USUAL: CompareConfig = { ignoreHeaders: DEFAULT_IGNORED_HEADERS, rules: [], maxDecoded: 16 << 20, budget: 200 };

/**
 * Characters. A pattern takes seconds for a few megabytes, and cannot be stopped; there are many to try on each
 * example.
 */
const LONGEST = 100_000;

/**
 * What a rule would have done with the differences of an example at some places. `unknown`: too little of the example
 * is left.
 */
export type Verdict = 'accepted' | 'refused' | 'unknown';

/** One stored example, on which rules are tried by comparing its two responses again. */
export class Trial {
  readonly differences: readonly RecordedDifference[];
  readonly #config: CompareConfig;
  readonly #exchange: RecordedExchange;
  readonly #seen: ReadonlyMap<string, readonly Difference[]>;
  readonly #sides: Comparison['sides'];

  constructor(exchange: RecordedExchange, config: CompareConfig = USUAL) {
    this.#exchange = exchange;
    this.#config = config;
    this.differences = exchange.differences;
    const { differences = [], sides = new Map() } = this.#compare() ?? {};
    this.#seen = byPlace(differences);
    this.#sides = sides;
  }

  /** Whether a rule accepts all differences at these places, and causes no new ones. */
  judge(rule: Rule, places: readonly Place[]): Verdict {
    if (!places.every((place) => this.#isWhole(place))) return 'unknown';
    const comparison = this.#compare(rule);
    if (comparison === undefined || comparison.outOfTime) return 'unknown';
    const left = byPlace(comparison.differences);
    const isNew = [...left.keys()].some((key) => !this.#seen.has(key));
    return isNew || places.some((place) => left.has(placeKey(place))) ? 'refused' : 'accepted';
  }

  /** Whether the differences at a place are found again, in values that were neither hidden nor cut, nor are too long. */
  #isWhole(place: Place): boolean {
    const { primary, shadow } = this.#exchange;
    const again = this.#seen.get(placeKey(place));
    if (again === undefined || !hasResponse(primary) || !hasResponse(shadow)) return false;
    const inBody = !isInHead(place.path);
    if (inBody && [primary, shadow].some(({ body }) => incompleteness(body) !== undefined)) return false;
    const hidden = inBody && [primary, shadow].some(({ body }) => holdsToken(body.content));
    return again.every(
      (difference) =>
        ![difference.left, difference.right].some((text = '') => isPart(text, hidden)) && !this.#isLong(difference),
    );
  }

  /** How long a value is, is not kept: where it is no short one, the body says. */
  #isLong(difference: Difference): boolean {
    const { left, right } = this.#sides.get(difference) ?? {};
    if ([left, right].every((value) => value === undefined || isKeptWhole(value))) return false;
    const { primary, shadow } = this.#exchange;
    return [primary, shadow].some((leg) => hasResponse(leg) && leg.body.content.length > LONGEST);
  }

  #compare(rule?: Rule): Comparison | undefined {
    const { primary, shadow, request } = this.#exchange;
    if (!hasResponse(primary) || !hasResponse(shadow)) return undefined;
    const rules = rule === undefined ? this.#config.rules : [...this.#config.rules, rule];
    const compare = makeComparator({ ...this.#config, rules });
    return compare(capturedFrom(primary), capturedFrom(shadow), request);
  }
}

/** Whether a shown text may be incomplete. */
function isPart(text: string, hidden: boolean): boolean {
  return holdsToken(text) || (hidden && text.includes('…'));
}

function byPlace(differences: readonly Difference[]): ReadonlyMap<string, readonly Difference[]> {
  return Map.groupBy(differences, placeKey);
}
