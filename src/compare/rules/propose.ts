import type { Rule, RuleEffect, ValueClass } from '../../config/types.ts';
import type { Difference } from '../../model/difference.ts';
import type { Found } from '../account.ts';
import { JsonDocument } from '../json/document.ts';
import { JsonValue } from '../json/json-value.ts';
import { scan } from '../json/scan.ts';
import { textValue, type Value } from '../value.ts';
import { isNumeric } from './classes.ts';
import { compileEffect } from './effects.ts';
import { parsePattern } from './pattern.ts';
import { ruleText } from './rule-text.ts';
import { parseTimestamp } from './timestamp.ts';

/*
 * Proposes rules; never applies one. For each place, effects are tried from the narrowest to the widest, each on all
 * the differences that were seen there, with the very code that would judge them later.
 */

/** Said of places that are not written out. */
export const UNACCEPTABLE = 'no rule can accept this';

/** Said of a place on which an effect failed; the proposals for the others are of no less use. */
const UNPROPOSED = 'no rule could be proposed';

/**
 * For the differences of a signature's examples, the narrowest rule for each place that would accept them, as YAML to
 * be put under `rules:`, each with a comment that shows what it is for. Places that no rule can accept are comments.
 */
export function proposeRules(differences: readonly Difference[]): string {
  const places = [...Map.groupBy(differences, ({ path, kind }) => `${path}\n${kind}`).values()];
  const proposals: string[] = [];
  const renamed = new Set<readonly Difference[]>();
  for (const place of places) {
    const target = places.find((other) => !renamed.has(other) && isRename(place, other));
    if (target === undefined) continue;
    renamed.add(place).add(target);
    proposals.push(proposeRename(place[0]!, target[0]!));
  }
  proposals.push(...places.filter((place) => !renamed.has(place)).map(proposeForPlace));
  return `${proposals.join('\n')}\n`;
}

/** A member of an object, whose name needs no quotes. */
const MEMBER = /^(\$.*)\.([A-Za-z_]\w*)$/;

/** Whether what is gone in one place is, each time with the same value, new under another name beside it. */
function isRename(gone: readonly Difference[], come: readonly Difference[]): boolean {
  if (gone[0]!.kind !== 'removed' || come[0]!.kind !== 'added' || gone.length !== come.length) return false;
  const from = MEMBER.exec(gone[0]!.path);
  const to = MEMBER.exec(come[0]!.path);
  return from !== null && to !== null && from[1] === to[1] && gone.every(({ left }, at) => left === come[at]!.right);
}

function proposeRename({ path, left = '' }: Difference, { path: target }: Difference): string {
  const to = MEMBER.exec(target)![2]!;
  return `# ${path} is ${target} in the shadow, with the same value: ${oneLine(left)}\n- ${ruleText({ path, does: { kind: 'rename', to } })}`;
}

function proposeForPlace(examples: readonly Difference[]): string {
  const { path, kind, left = '(nothing)', right = '(nothing)' } = examples[0]!;
  const seen = examples.length === 1 ? '' : `, and ${examples.length - 1} more`;
  const comment = `# ${kind} at ${path}: ${oneLine(left)} → ${oneLine(right)}${seen}`;
  const statuses = path === 'status' ? [left, right].map((text) => /^\d{3}\b/.exec(text)?.[0]) : [];
  if (statuses[0] && statuses[1]) {
    return `${comment}\n- ${ruleText({ does: { kind: 'status', primary: statuses[0], shadow: statuses[1] } })}`;
  }
  const subject = subjectOf(path, kind);
  if (subject === undefined) return `${comment}\n# ${UNACCEPTABLE}`;
  const does = attempt(() => narrowestEffect(examples));
  if (does === undefined) return `${comment}\n# ${UNPROPOSED}`;
  const width =
    does.kind === 'ignore' ? '\n# accepts whatever differs there; give a reason, an owner and a last day' : '';
  return `${comment}${width}\n- ${ruleText({ ...subject, does })}`;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, ' ').slice(0, 80);
}

/** What the rule is about; undefined for a status, and for a place whose path is not written out. */
function subjectOf(path: string, kind: Difference['kind']): Pick<Rule, 'path' | 'header'> | undefined {
  const header = /^(?:header|trailer)\.([^[]+)/.exec(path)?.[1];
  if (header !== undefined) return { header };
  if (path === 'status' || kind === 'budget') return undefined;
  // Lines and bytes have no path of their own.
  if (!path.startsWith('$')) return { path: '$' };
  const query = path.replaceAll('.{*}', '.*');
  const place = kind === 'moved' ? query.replace(/\[\*\]$/, '') : query;
  try {
    parsePattern(place);
    return { path: place };
  } catch {
    return undefined;
  }
}

function narrowestEffect(examples: readonly Difference[]): RuleEffect {
  const found = examples.map(toFound);
  const accepting = candidates(found).find((effect) => found.every(compileEffect(effect).accepts));
  return accepting ?? { kind: 'ignore' };
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

const CLASSES: readonly ValueClass[] = ['uuid', 'timestamp', 'ip', 'url', 'number'];

/** From the narrowest to the widest. */
function candidates(found: readonly Found[]): readonly RuleEffect[] {
  const [time, amount, share] = [largestDelay(found), largestDistance(found), largestShare(found)];
  return [
    { kind: 'unordered' },
    { kind: 'byte_order_mark' },
    { kind: 'charset' },
    { kind: 'empty' },
    { kind: 'unicode' },
    { kind: 'case' },
    ...(time === undefined ? [] : [{ kind: 'time', amount: time } as const]),
    ...(share === undefined ? [] : [{ kind: 'tolerance', amount: share, relative: true } as const]),
    ...(amount === undefined ? [] : [{ kind: 'tolerance', amount, relative: false } as const]),
    ...oneOfFew(found),
    ...CLASSES.map((name) => ({ kind: 'class', class: name }) as const),
    ...(found.every(hasDigit) ? [{ kind: 'class', class: 'token' } as const] : []),
    { kind: 'class', class: 'string' },
    { kind: 'class', class: 'any' },
  ];
}

/** A word is no token because it is long. */
function hasDigit({ left, right }: Found): boolean {
  return [left, right].every((value) => value !== undefined && /\d/.test(value.text));
}

/** An enumeration shows itself by few values in many examples. */
function oneOfFew(found: readonly Found[]): readonly RuleEffect[] {
  const values = new Set(found.flatMap(({ left, right }) => [left?.text ?? '', right?.text ?? '']));
  const few = found.length >= 3 && values.size <= 4 && [...values].every((text) => text.length <= 40);
  return few ? [{ kind: 'one_of', values: [...values].sort() }] : [];
}

const LONGEST_DELAY = 24 * 60 * 60 * 1000;

/** Milliseconds, rounded up to a whole second; undefined where some are no times, or more than a day apart. */
function largestDelay(found: readonly Found[]): number | undefined {
  const delays = found.map(({ left, right }) => {
    const times = [left, right].map((value) => value && parseTimestamp(value.text));
    return times[0] === undefined || times[1] === undefined ? Number.NaN : Math.abs(Number(times[0] - times[1])) / 1e6;
  });
  const largest = Math.max(...delays);
  return largest <= LONGEST_DELAY ? Math.max(1, Math.ceil(largest / 1000)) * 1000 : undefined;
}

/** A share above this says that the numbers have nothing to do with each other. */
const LARGEST_SHARE = 0.05;

function largestShare(found: readonly Found[]): number | undefined {
  const largest = Math.max(...found.map((each) => distance(each) / Math.abs(Number(each.left?.text))));
  return largest <= LARGEST_SHARE ? roundedUp(largest) : undefined;
}

/** An amount below one: rounding, not another number. */
function largestDistance(found: readonly Found[]): number | undefined {
  const largest = Math.max(...found.map(distance));
  return largest < 1 ? roundedUp(largest) : undefined;
}

/** NaN unless both are numbers. */
function distance({ left, right }: Found): number {
  return left && right && isNumeric(left) && isNumeric(right)
    ? Math.abs(Number(left.text) - Number(right.text))
    : Number.NaN;
}

/** To one significant digit. */
function roundedUp(value: number): number {
  if (value === 0) return 0;
  // Of the smallest numbers there is no power of ten below.
  const unit = 10 ** Math.floor(Math.log10(value)) || Number.MIN_VALUE;
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(1));
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

/** The value that an account shows as JSON text; what was cut is a text. */
function jsonValue(shown: string): Value {
  const document = scan(Buffer.from(shown));
  return document instanceof JsonDocument ? new JsonValue(document, 0) : textValue(shown);
}
