import type { HeaderPart } from '../../config/rule-types.ts';
import { splitOutsideQuotes } from '../../content/fields.ts';

type CookieReport = (part: HeaderPart, left: string | undefined, right: string | undefined) => void;

/**
 * A Set-Cookie line (RFC 6265, section 5.2): attribute names in lower case; of a repeated attribute the last one
 * counts.
 */
interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** A flag has an empty value. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * Compares Set-Cookie lines by cookie and attribute, in any order. A cookie that one side lacks is one difference,
 * without its attributes.
 */
export function compareCookies(
  leftLines: readonly string[],
  rightLines: readonly string[],
  report: CookieReport,
): void {
  const left = cookiesByName(leftLines);
  const right = cookiesByName(rightLines);
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const [l, r] = [left.get(name) ?? [], right.get(name) ?? []];
    for (let at = 0; at < Math.max(l.length, r.length); at++) compareCookie(name, l[at], r[at], report);
  }
}

function compareCookie(
  name: string,
  left: SetCookie | undefined,
  right: SetCookie | undefined,
  report: CookieReport,
): void {
  if (left?.value !== right?.value || !left || !right) report({ name }, left?.value, right?.value);
  if (!left || !right) return;
  for (const attribute of new Set([...left.attributes.keys(), ...right.attributes.keys()])) {
    const l = left.attributes.get(attribute);
    const r = right.attributes.get(attribute);
    if (l !== r && !sameLifetime(attribute, left, right)) report({ name, attribute }, l, r);
  }
}

/** A cookie's expiry date depends on the moment of the response. Where Max-Age is given, that counts instead. */
function sameLifetime(attribute: string, left: SetCookie, right: SetCookie): boolean {
  return attribute === 'expires' && left.attributes.has('max-age') && right.attributes.has('max-age');
}

/** Lines with the same name are identified by domain and path, and are sorted by them. */
function cookiesByName(lines: readonly string[]): ReadonlyMap<string, readonly SetCookie[]> {
  return Map.groupBy(
    lines.map(parseSetCookie).sort((a, b) => (territory(a) < territory(b) ? -1 : 1)),
    ({ name }) => name,
  );
}

function territory({ attributes }: SetCookie): string {
  return JSON.stringify([attributes.get('domain'), attributes.get('path')]);
}

function parseSetCookie(line: string): SetCookie {
  const [pair = '', ...rest] = splitOutsideQuotes(line, ';');
  const attributes = new Map<string, string>();
  for (const part of rest) {
    const [name, value] = splitAtEquals(part) ?? [part, ''];
    if (name !== '') attributes.set(name.toLowerCase(), attributeValue(name.toLowerCase(), value));
  }
  const [name, value] = splitAtEquals(pair) ?? ['', pair];
  return { name, value, attributes };
}

function splitAtEquals(text: string): readonly [string, string] | undefined {
  const at = text.indexOf('=');
  return at < 0 ? undefined : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** The value in canonical form. */
function attributeValue(name: string, value: string): string {
  switch (name) {
    case 'samesite':
      return value.toLowerCase();
    case 'domain':
      return value.toLowerCase().replace(/^\./, '');
    case 'secure':
    case 'httponly':
    case 'partitioned':
      return '';
    default:
      return value;
  }
}
