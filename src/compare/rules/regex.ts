import { RE2JS } from 're2js';

/*
 * Patterns come from a configuration, and texts from two services: a backtracking engine could be made to hang by
 * either. RE2 takes time proportional to the text, at the price of back references and lookaround.
 */

/** A test for whether a pattern matches the whole of a text. Throws for a text that is not RE2 syntax. */
export function compileRegex(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matches(text);
}

/** The same for a match anywhere in the text. */
export function compileSearch(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matcher(text).find();
}
