import type { Comparison } from '../compare/comparison.ts';
import type { Judgement } from '../compare/judge.ts';
import type { RecordedResponse } from '../compare/recorded-response.ts';
import type { UntriedPlace } from '../compare/rejudge.ts';
import { ruleText } from '../compare/rules/rule-text.ts';
import type { Rule } from '../config/compare-types.ts';
import type { Route } from '../config/types.ts';
import { count, plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { Difference } from '../model/difference.ts';
import type { LearnedPlace, RecordedExchange, RecordedLeg } from '../model/finding.ts';

/** Everything that is known about one pair. */
export interface Explanation {
  readonly exchange: RecordedExchange;
  readonly primary: RecordedResponse;
  readonly shadow: RecordedResponse;
  /** The route whose rules were applied. */
  readonly route: Route;
  /** Milliseconds since 1970, to find expired rules. */
  readonly now: number;
  readonly steps: readonly string[];
  readonly comparison: Comparison;
  /** The primary compared with the control, if both gave a response. */
  readonly control: Comparison | undefined;
  /** Judged by this pair only. */
  readonly judgement: Judgement;
  /** Differences for which the record can't tell what the rules would do. */
  readonly untried: readonly UntriedPlace[];
  readonly outcome: string;
  /** Rules that would accept the differences, as YAML; absent if there are none. */
  readonly proposal: string | undefined;
}

export function renderExplanation(explanation: Explanation): string {
  const { exchange, route, steps, proposal } = explanation;
  const known = route.name === exchange.route;
  return text([
    ...introduction(exchange),
    ...notes(explanation),
    '',
    known ? `Rules of the route ${route.name}` : `Rules of the route ${route.name} (recorded under ${exchange.route})`,
    ...rulesOf(explanation),
    '',
    'Steps',
    ...steps.map(indented),
    '',
    ...outcomeOf(explanation),
    ...learnedLines(exchange),
    ...(proposal === undefined ? [] : ['', 'Rules that would accept the differences; none of them was applied', '']),
    ...(proposal?.trimEnd().split('\n') ?? []),
  ]);
}

/** For an exchange in which a leg gave no response. */
export function renderUncompared(exchange: RecordedExchange): string {
  return text([...introduction(exchange), '', 'Nothing was compared: a leg gave no response.']);
}

function introduction({
  id,
  route,
  receivedAt,
  ending,
  request,
  primary,
  shadow,
  control,
}: RecordedExchange): string[] {
  const legs = Object.entries({ primary, shadow, ...(control && { control }) });
  return [
    `${request.method} ${request.target}`,
    indented(`exchange ${id}, route ${route}, ${new Date(receivedAt).toISOString()}, recorded as ${ending}`),
    indented(legs.map(([name, leg]) => `${name} ${legText(leg)}`).join(', ')),
  ];
}

function legText(leg: RecordedLeg): string {
  return 'failure' in leg ? `${leg.failure} (${leg.detail})` : String(leg.status);
}

const WHY: Readonly<Record<UntriedPlace['why'], string>> = {
  redacted: 'its value was redacted',
  cut: 'the body was recorded in part',
  withheld: 'the body was not recorded',
};

/** Notes about what is no longer as it was at the first comparison. */
function notes({ primary, shadow, untried }: Explanation): string[] {
  const parts = Object.entries({ primary, shadow })
    .filter(([, { body }]) => body.truncated)
    .map(([name, { body }]) =>
      indented(
        `note: the ${name}'s body was recorded in part: ${Buffer.byteLength(body.content, body.encoding)} of ${body.length} bytes`,
      ),
    );
  const places = untried.map(({ path, kind, why }) =>
    indented(`note: ${kind} at ${path} can't be tried, because ${WHY[why]}`),
  );
  return [...parts, ...places];
}

function rulesOf({ route, comparison, now }: Explanation): string[] {
  const { rules } = route.compare;
  if (rules.length === 0) return [indented('none')];
  return rules.map((rule, index) => {
    const used = comparison.applied.includes(index) ? 'used' : 'not used';
    return indented(`${(isExpired(rule, now) ? 'expired' : used).padEnd(8)}  ${ruleText(rule)}  ${rule.origin}`);
  });
}

function isExpired({ until }: Rule, now: number): boolean {
  return until !== undefined && until <= now;
}

const NOISE = '; noise: the control differs there, too';
const NO_NOISE = '; no noise: the control differs there, too, but with values that look otherwise';

function outcomeOf({ comparison, control, judgement, outcome }: Explanation): string[] {
  const { differences, accepted, omitted } = comparison;
  const noise = new Set(judgement.noise);
  const shownByControl = (difference: Difference) =>
    control?.differences.some(({ path, kind }) => path === difference.path && kind === difference.kind) ?? false;
  return [
    `Outcome: ${outcome}; ${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}, ${accepted.length} accepted`,
    ...differences.map((each) =>
      indented(`${differenceText(each)}${noise.has(each) ? NOISE : shownByControl(each) ? NO_NOISE : ''}`),
    ),
    ...accepted.map((each) => indented(`${differenceText(each)}; accepted by ${each.rule}`)),
    ...(omitted === 0 ? [] : [indented(`and ${omitted} more at the same places`)]),
  ];
}

/** The noise that was known to the thread that judged the pair. This command cannot find it out. */
function learnedLines({ learned = [] }: RecordedExchange): string[] {
  if (learned.length === 0) return [];
  return ['', 'Noise that was known when it was recorded', ...learned.map((place) => indented(learnedText(place)))];
}

function learnedText({ path, kind, control, shadowAlone, classes, parts }: LearnedPlace): string {
  const often = `in ${plural(control, 'exchange')} production differs from itself, in ${count(shadowAlone)} the shadow alone does`;
  const shown = classes.map((each) => `${each.name} (${count(each.count)})`).join(', ');
  return `${kind} at ${path}: ${often}; production shows ${shown}${parts.length === 0 ? '' : `; parts that differ: ${parts.join(', ')}`}`;
}

function differenceText({ kind, path, left, right }: Difference): string {
  return `${kind} at ${path}: ${left ?? '(nothing)'} → ${right ?? '(nothing)'}`;
}

const indented = (line: string) => `  ${line}`;

function text(lines: readonly string[]): string {
  return `${lines.map(printable).join('\n')}\n`;
}
