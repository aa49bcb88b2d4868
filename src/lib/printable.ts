/** C0 and C1 controls, line separators, and what is invisible or changes the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text that others sent, made safe for a terminal: what would act instead of being seen is written as an escape. */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, escapeUnit);
}

/** The same for text of several lines, where line ends and tabs are layout. */
export function printableLines(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, (unit) => (unit === '\n' || unit === '\t' ? unit : escapeUnit(unit)));
}

/** JSON that is safe to print and means the same. */
export function printableJson(value: unknown): string {
  return printableLines(JSON.stringify(value, undefined, 2));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
