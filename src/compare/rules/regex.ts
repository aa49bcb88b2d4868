import { onDemand } from '../../lib/on-demand.ts';

const re2 = onDemand<typeof import('re2js')>('re2js');

/*
 * Patterns come from a configuration, and texts from two services: a backtracking engine could be made to hang by
 * either. RE2 takes time proportional to the text, at the price of back references and lookaround.
 */

/** A test for whether a pattern matches the whole of a text. Throws for a text that is not RE2 syntax. */
export function compileRegex(pattern: string): (text: string) => boolean {
  const compiled = re2().RE2JS.compile(pattern);
  return (text) => compiled.matches(text);
}

/** The mark for what a mask hides: a service's text is unlikely to contain it. */
const MASKED = '\u{fffc}';

/** Replaces every match of a pattern by one mark. Throws for a text that is not RE2 syntax. */
export function compileMask(pattern: string): (text: string) => string {
  const compiled = re2().RE2JS.compile(pattern);
  return (text) => compiled.matcher(text).replaceAll(MASKED);
}

/** A test for whether an I-Regexp (RFC 9485) matches the whole of a text, or any part of it. Throws for other texts. */
export function compileIRegexp(pattern: string, extent: 'whole' | 'part'): (text: string) => boolean {
  const compiled = re2().RE2JS.compile(toRe2(pattern));
  return extent === 'whole' ? (text) => compiled.matches(text) : (text) => compiled.matcher(text).find();
}

/** The dot of an I-Regexp matches neither CR nor LF; RE2's dot only excludes LF. */
function toRe2(pattern: string): string {
  let inClass = false;
  return pattern.replace(/\\.|[.[\]]/gs, (token) => {
    if (token === '[' || token === ']') inClass = token === '[';
    return token === '.' && !inClass ? '[^\\n\\r]' : token;
  });
}
