import type { CompareConfig } from '../config/compare-types.ts';
import type { RuleEffect } from '../config/rule-types.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Difference, Place } from '../model/difference.ts';
import type { RecordedExchange } from '../model/finding.ts';
import { holdsToken } from '../model/redaction.ts';
import type { Explain } from './account.ts';
import { makeComparator } from './comparator.ts';
import type { AcceptedDifference, Comparison, Copy } from './comparison.ts';
import { type Judgement, judge } from './judge.ts';
import { NoiseProfile } from './noise/profile.ts';
import { capturedFrom, hasResponse, incompleteness } from './recorded-response.ts';
import { isInHead, placesOf } from './signature.ts';

/** A place of a recorded difference about which the record is too poor to say what the rules would do. */
export interface UntriedPlace extends Place {
  /** Its value is hidden, and a rule that looks at it covers it; or the body was recorded in part, or not at all. */
  readonly why: 'redacted' | 'cut' | 'withheld';
}

/** A recorded pair, judged again. */
export interface Rejudged {
  /** The comparison of what was recorded, as it came out: of a body in part, it is a comparison of the parts. */
  readonly comparison: Comparison;
  /** The same of the primary and the control, where both gave a response. */
  readonly control: Comparison | undefined;
  /** Of what could be tried, by this pair alone: what is left, and what its own control explains. */
  readonly judgement: Judgement;
  /** What rules accept, as far as the record proves it. */
  readonly accepted: readonly AcceptedDifference[];
  readonly untried: readonly UntriedPlace[];
  /** `untried`: nothing is left that differs but where the record can't tell. */
  readonly ending: Judgement['ending'] | 'untried';
}

/** Undefined: a leg gave no response, so that there was nothing to compare. */
export type Rejudge = (exchange: RecordedExchange) => Rejudged | undefined;

/**
 * Judges recorded exchanges again, under these rules: for `explain`, for `rejudge`, and to prove a proposal before it is
 * shown. It takes its time (`budget` does not hold), reads no file, and changes nothing. Records are redacted and cut, so
 * what they can't prove is told apart: a difference of hidden values which only a rule that looks at values might
 * accept, and all of a body that was not recorded whole. Noise is what this exchange's own control shows; what the
 * control showed in others is not in the record.
 *
 * Made once for each route, since rules are compiled once. The clock decides which rules have expired; `explain` is told
 * each step of the comparison with the shadow, `marker` is that of the copies. Throws `config_invalid` for a rule that can't be compiled.
 */
export function makeRejudge(
  config: CompareConfig,
  clock: Clock = systemClock,
  explain?: Explain,
  marker?: string,
): Rejudge {
  const copyFor = (leg: Copy['leg']): Copy => ({ leg, ...(marker === undefined ? {} : { marker }) });
  const patient = { ...config, budget: Infinity };
  const compare = makeComparator(patient, clock, explain);
  const compareControl = makeComparator(patient, clock);
  const compareBlindly = makeComparator({ ...patient, rules: patient.rules.map(blinded) }, clock);
  return (exchange) => {
    const { primary, shadow, control, request } = exchange;
    if (!hasResponse(primary) || !hasResponse(shadow)) return undefined;
    const [left, right] = [capturedFrom(primary), capturedFrom(shadow)];
    const comparison = compare(left, right, request, copyFor('shadow'));
    const ofControl =
      control !== undefined && hasResponse(control)
        ? compareControl(left, capturedFrom(control), request, copyFor('control'))
        : undefined;
    const incomplete = incompleteness(primary.body) ?? incompleteness(shadow.body);
    const coverable = [...comparison.differences, ...comparison.accepted].some(isHidden)
      ? new Set(compareBlindly(left, right, request, copyFor('shadow')).accepted.map(keyOf))
      : new Set<string>();
    const isRedacted = (difference: Difference) => isHidden(difference) && coverable.has(keyOf(difference));
    const isOfPart = ({ path }: Place) => incomplete !== undefined && !isInHead(path);

    const standing = comparison.differences.filter((each) => !isOfPart(each) && !isRedacted(each));
    const accepted = comparison.accepted.filter(
      (each) => !isOfPart(each) && !(isHidden(each) && looksAtValues(config.rules[each.index]!.does)),
    );
    const redacted = [
      ...comparison.differences.filter((each) => !isOfPart(each) && isRedacted(each)),
      ...comparison.accepted.filter((each) => !isOfPart(each) && !accepted.includes(each)),
    ];
    const untried: UntriedPlace[] = [
      ...placesOf(redacted).map((place) => ({ ...place, why: 'redacted' as const })),
      ...(incomplete === undefined
        ? []
        : placesOf([...exchange.differences, ...exchange.accepted].filter(isOfPart)).map((place) => ({
            ...place,
            why: incomplete,
          }))),
    ];
    const judgement = judge({ ...comparison, differences: standing, accepted }, ofControl, new NoiseProfile());
    const ending = untried.length > 0 && judgement.ending !== 'mismatch' ? 'untried' : judgement.ending;
    return { comparison, control: ofControl, judgement, accepted, untried, ending };
  };
}

function isHidden({ left, right }: Difference): boolean {
  return holdsToken(left ?? '') || holdsToken(right ?? '');
}

const keyOf = ({ path, kind }: Place) => `${kind} ${path}`;

/** Effects that hold whatever the values are: where one of them accepts, it accepts what is hidden as well. */
const WHATEVER_VALUES: ReadonlySet<RuleEffect['kind']> = new Set([
  'ignore',
  'unordered',
  'key',
  'subset',
  'rename',
  'status',
  'byte_order_mark',
  'charset',
]);

function looksAtValues(effect: RuleEffect): boolean {
  return effect.kind === 'class' ? effect.class !== 'any' : !WHATEVER_VALUES.has(effect.kind);
}

/** The rule as though it accepted any values: what it then accepts is what it covers. */
function blinded<R extends { readonly does: RuleEffect }>(rule: R): R {
  return looksAtValues(rule.does) ? { ...rule, does: { kind: 'class', class: 'any' } } : rule;
}
