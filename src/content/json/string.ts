import { isUtf8 } from 'node:buffer';
import type { JsonDocument } from './document.ts';

const BACKSLASH = 0x5c;

/**
 * The text of a string node as bytes, one per character (latin1), with its escapes resolved to UTF-8. Two strings are
 * equal exactly when their bytes are. Invalid UTF-8 stays as it is. A lone surrogate, which UTF-8 can't encode, becomes
 * the three bytes of WTF-8.
 */
export function stringBytes(document: JsonDocument, node: number): string {
  const { bytes } = document;
  const start = document.start(node) + 1;
  const end = document.end(node) - 1;
  return isEscaped(document, node)
    ? resolveEscapes(bytes.toString('latin1', start, end))
    : bytes.toString('latin1', start, end);
}

/** The text of a string node for people and for rules; invalid UTF-8 is shown as U+FFFD. */
export function stringText(document: JsonDocument, node: number): string {
  return Buffer.from(stringBytes(document, node), 'latin1').toString();
}

export function isValidText(document: JsonDocument, node: number): boolean {
  return isUtf8(document.bytes.subarray(document.start(node), document.end(node)));
}

export function isEscaped(document: JsonDocument, node: number): boolean {
  const { bytes } = document;
  const end = document.end(node);
  for (let at = document.start(node); at < end; at++) {
    if (bytes[at] === BACKSLASH) return true;
  }
  return false;
}

const ESCAPE = /\\u[Dd][89ABab][\dA-Fa-f]{2}\\u[Dd][C-Fc-f][\dA-Fa-f]{2}|\\u[\dA-Fa-f]{4}|\\./gs;

function resolveEscapes(source: string): string {
  return source.replace(ESCAPE, (sequence) =>
    sequence[1] === 'u' ? unicodeEscape(sequence) : (LETTERS.get(sequence[1]!) ?? sequence[1]!),
  );
}

const LETTERS = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Decodes one code unit or a surrogate pair. */
function unicodeEscape(sequence: string): string {
  const unit = Number.parseInt(sequence.slice(2, 6), 16);
  if (sequence.length > 6) return utf8(String.fromCharCode(unit, Number.parseInt(sequence.slice(8), 16)));
  return unit >= 0xd800 && unit <= 0xdfff ? wtf8(unit) : utf8(String.fromCharCode(unit));
}

function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function wtf8(surrogate: number): string {
  return String.fromCharCode(0xe0 | (surrogate >> 12), 0x80 | ((surrogate >> 6) & 0x3f), 0x80 | (surrogate & 0x3f));
}
