import type { UntriedPlace } from '../compare/rejudge.ts';
import { count, plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import { type Difference, sideInWords } from '../model/difference.ts';
import type { LearnedPlace, RecordedExchange, RecordedLeg } from '../model/finding.ts';
import type { ExplainedDifference, Explanation } from '../results/explanation.ts';

export function renderExplanation(exchange: RecordedExchange, explanation: Explanation): string {
  const { route, rules, steps, proposal } = explanation;
  const known = route === exchange.route;
  return text([
    ...introduction(exchange),
    ...notes(exchange, explanation),
    '',
    known ? `Rules of the route ${route}` : `Rules of the route ${route} (recorded under ${exchange.route})`,
    ...rulesIn(rules),
    '',
    'Steps',
    ...steps.map(indented),
    '',
    ...outcomeOf(explanation),
    ...learnedLines(exchange),
    ...(proposal === undefined
      ? []
      : ['', 'Rules that would accept the differences of this exchange; none of them was applied', '']),
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
  servedBy,
}: RecordedExchange): string[] {
  const legs = Object.entries({ primary, shadow, ...(control && { control }) });
  return [
    `${request.method} ${request.target}`,
    indented(`exchange ${id}, route ${route}, ${new Date(receivedAt).toISOString()}, recorded as ${ending}`),
    indented(legs.map(([name, leg]) => `${name} ${legText(leg)}`).join(', ')),
    ...(servedBy === 'shadow' ? [indented('the shadow served the client, and the primary got the copy')] : []),
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
function notes({ primary, shadow }: RecordedExchange, { untried }: Explanation): string[] {
  const parts = Object.entries({ primary, shadow }).flatMap(([name, leg]) => {
    if ('failure' in leg || !leg.body.truncated) return [];
    const { content, encoding, length } = leg.body;
    const recorded = Buffer.byteLength(content, encoding);
    return [indented(`note: the ${name}'s body was recorded in part: ${recorded} of ${length} bytes`)];
  });
  const places = untried.map(({ path, kind, why }) =>
    indented(`note: ${kind} at ${path} can't be tried, because ${WHY[why]}`),
  );
  return [...parts, ...places];
}

function rulesIn(rules: Explanation['rules']): string[] {
  if (rules.length === 0) return [indented('none')];
  return rules.map(({ rule, origin, state }) => indented(`${state.replace('_', ' ').padEnd(8)}  ${rule}  ${origin}`));
}

const CONTROL: Readonly<Record<NonNullable<ExplainedDifference['control']>, string>> = {
  noise: '; noise: the control differs there, too',
  otherwise: '; no noise: the control differs there, too, but with values that look otherwise',
};

function outcomeOf({ outcome, differences, accepted, omitted }: Explanation): string[] {
  return [
    `Outcome: ${outcome}; ${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}, ${accepted.length} accepted`,
    ...differences.map((each) =>
      indented(`${differenceText(each)}${each.control === undefined ? '' : CONTROL[each.control]}`),
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
  return `${kind} at ${path}: ${sideInWords(left)} → ${sideInWords(right)}`;
}

const indented = (line: string) => `  ${line}`;

function text(lines: readonly string[]): string {
  return `${lines.map(printable).join('\n')}\n`;
}
