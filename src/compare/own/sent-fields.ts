import type { ComparedTarget } from '../../config/compared-targets.ts';
import type { FieldsByName } from '../../content/fields.ts';

/** A request field that two targets get with different values, or that one of them doesn't get. The name in lower case. */
export interface SentField {
  readonly name: string;
  readonly left?: string;
  readonly right?: string;
}

/**
 * The fields of one request that the configuration makes different for the two targets. All other fields are the same
 * for both.
 */
export function sentApart(left: ComparedTarget, right: ComparedTarget, request: FieldsByName): readonly SentField[] {
  const names = new Set([...changedNames(left), ...changedNames(right)]);
  return [...names].flatMap((name): SentField[] => {
    const [l, r] = [sentTo(left, name, request), sentTo(right, name, request)];
    if (l === r) return [];
    return [{ name, ...(l === undefined ? {} : { left: l }), ...(r === undefined ? {} : { right: r }) }];
  });
}

function changedNames({ hostHeader, set, remove }: ComparedTarget): readonly string[] {
  return [...(hostHeader === undefined ? [] : ['host']), ...Object.keys(set), ...remove];
}

function sentTo({ hostHeader, set, remove }: ComparedTarget, name: string, request: FieldsByName): string | undefined {
  if (Object.hasOwn(set, name)) return set[name];
  if (remove.includes(name)) return undefined;
  return (name === 'host' ? hostHeader : undefined) ?? request.get(name)?.join(', ');
}

/** A name as services show it: `X-Env`, `x_env`, `xEnv`, `HTTP_X_ENV`. */
export function isShownName(text: string, name: string): boolean {
  return bareName(text) === bareName(name);
}

function bareName(text: string): string {
  return text
    .toLowerCase()
    .replace(/^http[-_]/, '')
    .replaceAll(/[-_ ]/g, '');
}

function shownName(name: string): string {
  return `(?:http[-_])?${name.split('-').map(literal).join('[-_ ]?')}`;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

const QUOTE = String.raw`\\{0,8}["'\u0060]?`;

/** Bounded, since a long run would be scanned again from each of its positions. */
const BLANK = String.raw`\s{0,32}`;

/** A field in a text: `X-Env: a`, `"X-Env":["a"]`, `'x-env' => 'a'`; before the value, in the first group. */
function shownField(name: string, value: string): string {
  const [n, v] = [shownName(name), literal(value)];
  return `(${QUOTE}${n}${QUOTE}${BLANK}(?:=>|[:=,]|\\s)${BLANK})(?:\\[${BLANK}${QUOTE}${v}${QUOTE}${BLANK}\\]|${QUOTE}${v}${QUOTE})`;
}

/** What separates a field from the next, before or after it. */
const SEPARATOR = String.raw`(?:\s{0,32}(?:,|;|&amp;|&|\||<br>|\\r\\n|\\n|\r\n|\n)\s{0,32}|\s{1,32})`;

/** Ways to leave out a field and one of its separators. */
const OMISSIONS: readonly ((field: string) => string)[] = [
  (field) => `${SEPARATOR}${field}(?![\\w-])`,
  (field) => `(?<![\\w-])${field}${SEPARATOR}`,
  (field) => `(?<![\\w-])${field}(?![\\w-])`,
];

/** The texts that may remain of a text that shows a field, without the field. */
export function withoutField(text: string, name: string, value: string): readonly string[] {
  const shown = shownField(name, value);
  return [shown, `[([{]${BLANK}${shown}${BLANK}[)\\]}]`].flatMap((field) =>
    OMISSIONS.map((omission) => text.replaceAll(new RegExp(omission(field), 'gi'), '')).filter((rest) => rest !== text),
  );
}

/** Markup without the field, where a `<br>` separates it from the next: the `<br>` would be left over. */
export function withoutBrokenLine(markup: string, name: string, value: string): string {
  const tag = String.raw`(?:<\/?(?:b|code|em|i|kbd|samp|span|strong|tt)>)?`;
  const field = `${tag}${shownName(name)}${tag}${BLANK}[:=]${BLANK}${tag}${literal(value)}${tag}`;
  const br = String.raw`<br\s?\/?>`;
  const line = `${field}${BLANK}${br}${BLANK}|${br}${BLANK}${field}(?=\\s|<)`;
  return markup.replaceAll(new RegExp(line, 'gi'), '');
}

/** A text that shows a field, with the value replaced. */
export function withValue(text: string, name: string, value: string, other: string): string {
  const [n, v] = [shownName(name), literal(value)];
  const shown = new RegExp(
    `((?<![\\w-])${QUOTE}${n}${QUOTE}${BLANK}(?:=>|[:=,]|\\s)${BLANK}\\[?${QUOTE})${v}(?![\\w-])`,
    'gi',
  );
  return text.replaceAll(shown, (_all, before: string) => before + other);
}

/** Whether a text is just the field, its name or its value; tags are ignored. */
export function isFieldAlone(text: string, name: string, value: string): boolean {
  const words = text.replaceAll(/<[^<>]*>/g, ' ').toLowerCase();
  if (value.length >= SHORT && isAlone(words, value)) return true;
  const shown = new RegExp(shownName(name), 'i').exec(words);
  if (shown === null || hasWord(words.slice(0, shown.index))) return false;
  const rest = words.slice(shown.index + shown[0].length);
  return !hasWord(rest) || (/^\W/.test(rest) && isAlone(rest.slice(1), value));
}

/** Whether there is no other word beside the value. */
function isAlone(words: string, value: string): boolean {
  const at = words.indexOf(value.toLowerCase());
  return at >= 0 && !hasWord(words.slice(0, at)) && !hasWord(words.slice(at + value.length));
}

function hasWord(text: string): boolean {
  return /\w/.test(text);
}

/** A shorter value could come from anything. */
const SHORT = 16;
