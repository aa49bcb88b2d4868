import type { NameRule } from './names.ts';
import type { Scope } from './scope.ts';
import { isSecretValue } from './value.ts';

/** Cells of columns whose header is a secret's name (RFC 4180). A table that is cut off is read to its end. */
export function redactCsv(text: string, scope: Scope): string {
  const delimiter = delimiterOf(text.slice(0, text.search(/[\r\n]|$/)));
  const plain = new RegExp(`[^${delimiter}\\r\\n]*`, 'y');
  const rules: (NameRule | undefined)[] = [];
  const parts: string[] = [];
  let isFirst = true;
  let column = 0;
  for (let at = 0; at < text.length; ) {
    const start = at;
    const isQuoted = text[at] === '"';
    if (isQuoted) at = quotedEnd(text, at);
    else {
      plain.lastIndex = at;
      plain.test(text);
      at = plain.lastIndex;
    }
    const cell = isQuoted
      ? text.slice(start + 1, text[at - 1] === '"' && at - 1 > start ? at - 1 : at).replaceAll('""', '"')
      : text.slice(start, at);
    const rule = isFirst ? undefined : rules[column];
    if (isFirst) rules.push(scope.member(cell.trim()));
    parts.push(
      rule === undefined
        ? shown(text.slice(start, at), cell, isQuoted, scope)
        : hidden(text.slice(start, at), cell, rule, scope),
    );
    const next = text[at] ?? '';
    if (next === delimiter) column++;
    else if (next === '\n' || next === '\r') {
      if (column > 0 || at > start) isFirst = false;
      column = 0;
    }
    parts.push(next);
    at++;
  }
  return parts.join('');
}

/** Whether a text without a type has rows of cells, with a secret's name in the first row. */
export function isTableOfSecrets(text: string, scope: Scope): boolean {
  const [, first = '', second = ''] = TWO_LINES.exec(text) ?? [];
  const delimiter = delimiterOf(first);
  const names = first.split(delimiter);
  return (
    names.length > 1 &&
    names.length === second.split(delimiter).length &&
    names.every((name) => COLUMN.test(name)) &&
    names.some((name) => scope.member(name.replaceAll('"', '').trim()) !== undefined)
  );
}

const TWO_LINES = /^\ufeff?([^\r\n]{3,2000})\r?\n([^\r\n]{1,10000})/;
/** What a column may be called. */
const COLUMN = /^\s*"?[\p{L}_][\p{L}\p{N} _.-]{0,59}"?\s*$/u;

function delimiterOf(line: string): string {
  const bare = line.replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t', '|'].find((character) => bare.includes(character)) ?? ',';
}

function hidden(written: string, cell: string, rule: NameRule, scope: Scope): string {
  return isSecretValue(cell.trim(), rule) ? scope.secrets.hide(cell.trim(), rule) : written;
}

function shown(written: string, cell: string, isQuoted: boolean, scope: Scope): string {
  const redacted = scope.inside(cell);
  if (redacted === cell) return written;
  return isQuoted ? `"${redacted.replaceAll('"', '""')}"` : redacted;
}

/** The position after the closing quote, or the end of the text. */
function quotedEnd(text: string, start: number): number {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    if (text[at + 1] !== '"') return at + 1;
  }
}
