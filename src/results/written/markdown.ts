/** Recorded text in Markdown: never markup. */
import { printable, printableLines } from '../../lib/printable.ts';
import { sideInWords } from '../../model/difference.ts';

/** Everything that could be markup is escaped. */
export function plain(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}

/** Also in a table, where a bar ends the cell, inside of code too (GitHub Flavored Markdown, section 4.10). */
export function code(text: string): string {
  if (text === '') return '';
  const shown = printable(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(longestRun(shown) + 1);
  const room = /^`|`$/.test(shown) ? ' ' : '';
  return `${fence}${room}${shown}${room}${fence}`;
}

/** A side of a difference. */
export function value(side: string | undefined): string {
  return code(side ?? '') || sideInWords(side);
}

export function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${printableLines(text)}\n${fence}`;
}

/** Of back-ticks: a longer one ends the code. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);
}
