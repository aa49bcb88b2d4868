import type { Format } from './format.ts';
import { jsonByteText, readingOf } from './json-text.ts';

/**
 * JSON for scripts: the argument of a function (JSONP), or JSON after a prefix that keeps other sites from running it.
 * Its paths are those of the JSON, `$.price`; the call is `$['#callback']` and the prefix `$['#prefix']`.
 */
export const scriptedJson: Format = {
  name: 'JSON for a script',
  claims: () => false,
  read: (body) => {
    const text = jsonByteText(body);
    if ('problem' in text) return text;
    const prefix = PREFIX.exec(text.bytes)?.[0];
    const rest = prefix === undefined ? text.bytes : text.bytes.slice(prefix.length);
    const call = CALL.exec(rest);
    const end = call === null ? rest.length : closingParenthesis(rest);
    if (end < 0) return { problem: 'the call of a function has no end' };
    const asides = new Map<string, string>();
    if (prefix !== undefined) asides.set('#prefix', prefix);
    if (call !== null) asides.set('#callback', call[1]!.replaceAll(/\s+/g, ' '));
    return { ...readingOf(rest.slice(call?.[0].length ?? 0, end), text.mark), asides };
  },
};

/** Prefixes that make a script from another site fail or never end. */
const PREFIX =
  /^\s*(?:\)\]\}'?,?|while\s*\((?:1|true)\)\s*;?|for\s*\(;;\)\s*;?|throw\s+1\s*;(?:\s*<[^>\n]{0,40}>)?|&&&START&&&|\{\}\s*&&)\s*/;

/** `name(`, with the comment and the check that some servers add before it. */
const CALL =
  /^\s*((?:\/\*[^*]{0,80}\*\/\s*)?(?:typeof\s+[\w$.]{1,200}\s*===?\s*["']function["']\s*&&\s*)?[A-Z_a-z$][\w$.]{0,200}(?:\[[\w"']{1,80}\])?)\s*\(/;

/** Whether a text begins like JSON for a script. */
export function looksScripted(beginning: string): boolean {
  return PREFIX.test(beginning) || CALL.test(beginning);
}

/** The last closing parenthesis, if at most a semicolon follows it; -1 if there is none. */
function closingParenthesis(text: string): number {
  let rest = text.trimEnd();
  while (rest.endsWith(';')) rest = rest.slice(0, -1).trimEnd();
  return rest.endsWith(')') ? rest.length - 1 : -1;
}
