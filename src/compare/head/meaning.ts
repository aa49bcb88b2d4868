import { listOf, splitOutsideQuotes } from '../../content/fields.ts';
import { unquoted } from '../../content/media-type.ts';
import { mediaTypeMeaning } from '../../content/media-type-meaning.ts';

/*
 * The meaning of a field in canonical form: two fields mean the same exactly when their canonical texts are equal. It
 * is only for comparing; people see the fields as received.
 */

type Meaning = (values: readonly string[]) => string;

/** A list without order, of case-insensitive names. */
const nameSet: Meaning = (values) => sorted(listOf(values).map((name) => name.toLowerCase()));

/** The same for case-sensitive names: methods. */
const methodSet: Meaning = (values) => sorted(listOf(values));

/** `name`, `name=value`: in any order, with case-insensitive names, quoted or not. */
const directives: Meaning = (values) => sorted(listOf(values).map(directive));

/** One value with parameters in any order: `text/html; charset=utf-8`. */
const withParameters: Meaning = (values) => values.map((value) => parameterized(value, lowerCase)).join(', ');

const contentType: Meaning = (values) =>
  values.map((value) => mediaTypeMeaning(value) ?? parameterized(value, lowerCase)).join(', ');

/** Directives with semicolons: `max-age=300; includeSubDomains`. */
const semicolonDirectives: Meaning = (values) =>
  values.map((value) => sorted(splitOutsideQuotes(value, ';').filter(Boolean).map(directive))).join(', ');

/**
 * Policies: directives in any order, each a name and a set of sources. Of a repeated directive the first one counts.
 */
const policies: Meaning = (values) => sorted(listOf(values).map(policy));

/** RFC 8288: links in any order, each with its parameters in any order. */
const links: Meaning = (values) =>
  sorted(splitLinks(values.join(',')).map((link) => parameterized(link, (uri) => uri)));

const MEANINGS = new Map<string, Meaning>([
  ['accept-ranges', nameSet],
  ['access-control-allow-headers', nameSet],
  ['access-control-allow-methods', methodSet],
  ['access-control-expose-headers', nameSet],
  ['allow', methodSet],
  ['cache-control', directives],
  ['cdn-cache-control', directives],
  ['clear-site-data', nameSet],
  ['content-disposition', withParameters],
  ['content-language', nameSet],
  ['content-security-policy', policies],
  ['content-security-policy-report-only', policies],
  ['content-type', contentType],
  ['link', links],
  ['pragma', directives],
  ['strict-transport-security', semicolonDirectives],
  ['surrogate-control', directives],
  ['vary', nameSet],
]);

/** The meaning of a field of this lower-case name; for a field of no known structure, its lines as one list. */
export function meaningOf(name: string, values: readonly string[]): string {
  return (MEANINGS.get(name) ?? plain)(values);
}

/** Several lines of one field mean the same as one line with commas (RFC 9110, section 5.3). */
function plain(values: readonly string[]): string {
  return values.join(', ');
}

function sorted(parts: readonly string[]): string {
  return [...new Set(parts)].sort().join(', ');
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function directive(text: string): string {
  const equals = text.indexOf('=');
  if (equals < 0) return text.toLowerCase();
  const value = unquoted(text.slice(equals + 1).trim());
  // A list of field names, as in `no-cache="Set-Cookie, X-A"`.
  return `${text.slice(0, equals).trim().toLowerCase()}=${value}`;
}

function parameterized(text: string, foldMain: (main: string) => string): string {
  const [main = '', ...parameters] = splitOutsideQuotes(text, ';');
  const folded = parameters.filter(Boolean).map((parameter) => {
    const written = directive(parameter);
    return written.startsWith('charset=') ? written.toLowerCase() : written;
  });
  return [foldMain(main), ...folded.sort()].join('; ');
}

function policy(text: string): string {
  const seen = new Map<string, string>();
  for (const part of text.split(';')) {
    const [name, ...sources] = part.trim().split(/\s+/);
    if (name && !seen.has(name.toLowerCase())) seen.set(name.toLowerCase(), [...new Set(sources)].sort().join(' '));
  }
  return [...seen]
    .map((entry) => entry.join(' '))
    .sort()
    .join('; ');
}

/** Links are separated by commas, which may also stand inside the angle brackets. */
function splitLinks(text: string): readonly string[] {
  const links: string[] = [];
  let current = '';
  let isOpen = false;
  for (const part of splitOutsideQuotes(text, ',')) {
    current = current === '' ? part : `${current},${part}`;
    const [opened, closed] = [part.lastIndexOf('<'), part.lastIndexOf('>')];
    if (opened !== closed) isOpen = opened > closed;
    if (isOpen) continue;
    if (current !== '') links.push(current);
    current = '';
  }
  return current === '' ? links : [...links, current];
}
