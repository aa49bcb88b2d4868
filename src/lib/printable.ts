/** C0 and C1 controls, line separators, and characters that are invisible or change the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Makes text from outside safe for a terminal: unprintable characters become escapes. */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, escapeUnit);
}

/** The same for text of several lines: line ends and tabs stay. */
export function printableLines(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, (unit) => (unit === '\n' || unit === '\t' ? unit : escapeUnit(unit)));
}

/** The value as JSON that is safe to print and parses to the same value. */
export function printableJson(value: unknown): string {
  return printableLines(JSON.stringify(value, undefined, 2));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
