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

/** A place of a recorded difference for which the record is not enough to apply the rules. */
export interface UntriedPlace extends Place {
  /** Its value is hidden, and a rule that needs the value covers it; or the body was recorded in part or not at all. */
  readonly why: 'redacted' | 'cut' | 'withheld';
}

/** A recorded pair, judged again. */
export interface Rejudged {
  /** The comparison of the recorded pair. For a body recorded in part, only the parts are compared. */
  readonly comparison: Comparison;
  /** The comparison of primary and control, where both gave a response. */
  readonly control: Comparison | undefined;
  /**
   * The judgement of the places that could be tried, from this pair alone: the mismatch, and what its own control
   * explains.
   */
  readonly judgement: Judgement;
  /** The differences that rules accept, as far as the record proves it. */
  readonly accepted: readonly AcceptedDifference[];
  readonly untried: readonly UntriedPlace[];
  /** `untried`: the only remaining differences are at places where the record is not enough. */
  readonly ending: Judgement['ending'] | 'untried';
}

/** Undefined: a leg gave no response, so there was nothing to compare. */
export type Rejudge = (exchange: RecordedExchange) => Rejudged | undefined;

/**
 * Judges recorded exchanges again, under these rules: for `explain`, for `rejudge`, and to prove a proposal before it
 * is shown. It has no time limit (`budget` does not apply), reads no file, and changes nothing. Records are redacted
 * and cut, so what they can't prove is kept apart: differences of hidden values that only a rule about values might
 * accept, and everything in a body that was not recorded whole. Noise is only what this exchange's own control shows;
 * the controls of other exchanges are not in the record.
 *
 * Made once for each route, since rules are compiled once. The clock decides which rules have expired. `explain` is
 * called with each step of the comparison with the shadow. `marker` is the marker of the copies. Throws
 * `config_invalid` for a rule that can't be compiled.
 */
export function makeRejudge(
  config: CompareConfig,
  clock: Clock = systemClock,
  explain?: Explain,
  marker?: string,
): Rejudge {
  const patient = { ...config, budget: Infinity };
  const compare = makeComparator(patient, clock, explain);
  const compareControl = makeComparator(patient, clock);
  const compareBlindly = makeComparator({ ...patient, rules: patient.rules.map(blinded) }, clock);
  return (exchange) => {
    const { primary, shadow, control, request, servedBy } = exchange;
    const copyFor = (leg: Copy['leg']): Copy => ({
      leg,
      ...(servedBy !== undefined && { servedBy }),
      ...(marker !== undefined && { marker }),
    });
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

/** Effects that don't depend on the values: if one of them accepts, it accepts hidden values too. */
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

/** The rule, changed to accept any values: what it then accepts is what it covers. */
function blinded<R extends { readonly does: RuleEffect }>(rule: R): R {
  return looksAtValues(rule.does) ? { ...rule, does: { kind: 'class', class: 'any' } } : rule;
}
