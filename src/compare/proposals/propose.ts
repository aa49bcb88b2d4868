import type { CompareConfig, Rule } from '../../config/compare-types.ts';
import { IGNORABLE_KINDS, type IgnorableKind, type RuleEffect } from '../../config/rule-types.ts';
import { JsonDocument } from '../../content/json/document.ts';
import { scan } from '../../content/json/scan.ts';
import { type Difference, type Place, sideInWords } from '../../model/difference.ts';
import type { RecordedDifference, RecordedExchange } from '../../model/finding.ts';
import { holdsToken } from '../../model/redaction.ts';
import type { Found } from '../account.ts';
import { placeKey } from '../collapse.ts';
import { JsonValue } from '../json/json-value.ts';
import { changeOf, compileEffect } from '../rules/effects.ts';
import { ruleText } from '../rules/rule-text.ts';
import { textValue, type Value } from '../value.ts';
import { candidates } from './candidates.ts';
import { fitAll, fitsOf } from './fits.ts';
import { isRename, renameOf } from './renames.ts';
import { subjectOf } from './subject.ts';
import { Trial, type Verdict } from './trial.ts';
import { warningOf } from './warnings.ts';

/*
 * Proposes rules; never applies one. For each place, effects are tried from the narrowest to the widest, with the code
 * that applies rules: on the stored responses, or, where these were redacted or cut, by the facts found on the whole
 * values. A rule that does not hold for all examples is not shown.
 */

/** For places that are not written out, and for entries that are not differences between responses. */
export const UNACCEPTABLE = 'no rule can accept this';

/** For a place without a rule that holds. Proposals for other places are still useful. */
const UNPROPOSED = 'no rule could be proposed: too little of the values is left to try one';

/** The most places of one signature for which rules are tried. */
const MOST_PLACES = 20;

export interface Proposals {
  readonly rules: readonly RuleProposal[];
  /** How many more places there are, for which no rules were tried. */
  readonly furtherPlaces: number;
}

/** For one place: a rule that would accept what the examples show there, or why there is none. */
export type RuleProposal = ProposedRule | Unproposed;

interface About {
  /** `value at $.total` */
  readonly about: string;
  /** What the examples show there, each change once: `335.83 → 335.84`. */
  readonly seen: readonly string[];
}

export interface ProposedRule extends About {
  /** YAML on one line. */
  readonly rule: string;
  readonly accepts: readonly TriedExample[];
  /** Examples that differ there too, of which the values were redacted or cut. */
  readonly untried: readonly TriedExample[];
  /** What it hides besides, in words; absent: nothing that needs a warning. */
  readonly hides?: string;
}

export interface Unproposed extends About {
  readonly why: string;
}

export interface TriedExample {
  /** Its index in the list of the examples. */
  readonly example: number;
  readonly shows: readonly string[];
}

/**
 * For the examples of one signature, the narrowest rule for each place that accepts what they show, with what it was
 * tried on and what it hides. Undefined where the examples show no difference.
 *
 * @param config how the route compares; absent: without rules.
 */
export function proposeRules(examples: readonly RecordedExchange[], config?: CompareConfig): Proposals | undefined {
  const differences = examples.flatMap((example) => example.differences);
  if (differences.length === 0) return undefined;
  const trials = examples.map((example) => new Trial(example, config));
  const places = [...Map.groupBy(differences, placeKey).values()];
  const rules: RuleProposal[] = [];
  const renamed = new Set<readonly Difference[]>();
  for (const place of places.slice(0, MOST_PLACES)) {
    const target = places.find((other) => !renamed.has(other) && isRename(place, other, places));
    const proposal = target && proposeRename(place, target, trials);
    if (proposal === undefined) continue;
    renamed.add(place).add(target!);
    rules.push(proposal);
  }
  for (const place of places.slice(0, MOST_PLACES)) if (!renamed.has(place)) rules.push(proposeForPlace(place, trials));
  return { rules, furtherPlaces: Math.max(0, places.length - MOST_PLACES) };
}

function proposeRename(from: readonly Difference[], to: readonly Difference[], trials: readonly Trial[]) {
  const rule = toRule({ path: from[0]!.path }, renameOf(to[0]!));
  const proof = prove(rule, [from[0]!, to[0]!], trials);
  if (proof === undefined) return undefined;
  const about = `${from[0]!.path} is ${to[0]!.path} in the shadow, with the same value`;
  return { about, seen: [oneLine(from[0]!.left ?? '')], rule: ruleText(rule), ...proof };
}

function proposeForPlace(examples: readonly RecordedDifference[], trials: readonly Trial[]): RuleProposal {
  const { path, kind } = examples[0]!;
  const place = { about: `${kind} at ${path}`, seen: changesIn(examples) };
  const subject = subjectOf(examples[0]!);
  if (subject === undefined) return { ...place, why: UNACCEPTABLE };
  try {
    for (const does of effectsFor(examples)) {
      const rule = toRule(subject, does);
      const proof = prove(rule, [examples[0]!], trials);
      if (proof === undefined) continue;
      const hides = warningOf(does);
      return { ...place, rule: ruleText(rule), ...proof, ...(hides !== undefined && { hides }) };
    }
  } catch {
    // Proposals are left out after an error: the report is useful without them.
  }
  return { ...place, why: UNPROPOSED };
}

function effectsFor(examples: readonly RecordedDifference[]): readonly RuleEffect[] {
  if (examples[0]!.path === 'status') return statusChange(examples);
  const whole = examples.filter(isWhole);
  const known = examples.map((each) => each.fits ?? (isWhole(each) ? fitsOf(toFound(each)) : undefined));
  const facts = known.filter((fits) => fits !== undefined);
  const changed = examples.filter(({ left, right }) => left !== undefined && right !== undefined);
  const { kind } = examples[0]!;
  // For a header that one side lacks, the kind only says that it is a header.
  if (kind === 'header' && changed.length < examples.length) return [{ kind: 'ignore', only: changesOf(examples) }];
  return candidates({
    kind,
    fits: facts.length === known.length ? fitAll(facts) : undefined,
    texts: whole.map(toFound).map(({ left, right }) => [left?.text ?? '', right?.text ?? ''] as const),
    complete: whole.length === examples.length,
  });
}

function changesOf(examples: readonly Difference[]): readonly IgnorableKind[] {
  const seen = new Set(examples.map(changeOf));
  return IGNORABLE_KINDS.filter((kind) => seen.has(kind));
}

function statusChange(examples: readonly Difference[]): readonly RuleEffect[] {
  const [primary, shadow] = [examples[0]!.left, examples[0]!.right].map((text) => /^\d{3}\b/.exec(text ?? '')?.[0]);
  return primary !== undefined && shadow !== undefined ? [{ kind: 'status', primary, shadow }] : [];
}

/** On which examples that differ at these places a rule holds; undefined if one refutes it, or none shows that it holds. */
function prove(
  rule: Rule,
  places: readonly Place[],
  trials: readonly Trial[],
): Pick<ProposedRule, 'accepts' | 'untried'> | undefined {
  const [accepted, untried]: [TriedExample[], TriedExample[]] = [[], []];
  const accepts = compileEffect(rule.does).accepts;
  const keys = new Set(places.map(placeKey));
  for (const [example, trial] of trials.entries()) {
    const there = trial.differences.filter((difference) => keys.has(placeKey(difference)));
    if (there.length === 0) continue;
    const judged = trial.judge(rule, places);
    const verdict = judged === 'unknown' ? byFacts(rule.does, there, accepts) : judged;
    if (verdict === 'refused') return undefined;
    (verdict === 'accepted' ? accepted : untried).push({ example, shows: changesIn(there) });
  }
  return accepted.length === 0 ? undefined : { accepts: accepted, untried };
}

/** Judges without the responses: by the facts found on whole values, or by short values that are shown whole. */
function byFacts(
  does: RuleEffect,
  differences: readonly RecordedDifference[],
  accepts: (found: Found) => boolean,
): Verdict {
  const verdicts = differences.map((difference): Verdict => {
    if (difference.fits !== undefined) {
      const fitting = candidates({ kind: difference.kind, fits: difference.fits, texts: [], complete: false });
      if (fitting.some((effect) => covers(does, effect))) return 'accepted';
      return isWhole(difference) && accepts(toFound(difference)) ? 'accepted' : 'refused';
    }
    if (!isWhole(difference)) return 'unknown';
    return accepts(toFound(difference)) ? 'accepted' : 'refused';
  });
  if (verdicts.includes('refused')) return 'refused';
  return verdicts.includes('unknown') ? 'unknown' : 'accepted';
}

/** Whether an effect accepts all that another does, of the same kind. */
function covers(wide: RuleEffect, narrow: RuleEffect): boolean {
  if (wide.kind === 'ignore' && narrow.kind === 'ignore') return true;
  if (wide.kind === 'time' && narrow.kind === 'time') return wide.amount >= narrow.amount;
  if (wide.kind === 'tolerance' && narrow.kind === 'tolerance') {
    return wide.relative === narrow.relative && wide.amount >= narrow.amount;
  }
  if (wide.kind === 'url' && narrow.kind === 'url') return narrow.except.every((part) => wide.except.includes(part));
  return ruleText({ does: wide }) === ruleText({ does: narrow });
}

function toRule(subject: Pick<Rule, 'path' | 'header' | 'part'>, does: RuleEffect): Rule {
  return { ...subject, does, origin: 'proposal' };
}

/** Each change once. */
function changesIn(differences: readonly Difference[]): readonly string[] {
  const changes = differences.map(
    ({ left, right }) => `${oneLine(sideInWords(left))} → ${oneLine(sideInWords(right))}`,
  );
  return [...new Set(changes)];
}

function oneLine(text: string): string {
  const line = text.replace(/[\s\p{C}]+/gu, ' ');
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN - 1).toWellFormed()}…`;
}

const LONGEST_SHOWN = 100;

function isWhole({ left = '', right = '' }: Difference): boolean {
  return ![left, right].some((text) => text.includes('…') || holdsToken(text));
}

function toFound({ path, kind, left, right }: Difference): Found {
  const toValue = path.startsWith('$') ? jsonValue : textValue;
  return {
    path,
    kind,
    ...(left === undefined ? {} : { left: toValue(left) }),
    ...(right === undefined ? {} : { right: toValue(right) }),
    covering: [],
  };
}

/** The value of a text as JSON; a cut value is a string. */
function jsonValue(shown: string): Value {
  const document = scan(Buffer.from(shown));
  return document instanceof JsonDocument ? new JsonValue(document, 0) : textValue(shown);
}
