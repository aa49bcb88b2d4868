import { SPACE } from './named-syntax.ts';

/** YAML text that is indented below its name (`name: |`). */
export interface BlockScalar {
  /** From the first character to the end of the last non-empty line. */
  readonly start: number;
  readonly end: number;
  /** Without the white space around its lines. */
  readonly value: string;
  /** Where the following text begins. */
  readonly next: number;
}

/** @param lineStart start of the line with the name, which ends after `at`. */
export function blockScalar(text: string, lineStart: number, at: number): BlockScalar {
  const indent = indentOf(text, lineStart);
  const from = text.indexOf('\n', at) + 1;
  let next = from;
  let inner = -1;
  while (next < text.length) {
    const own = indentOf(text, next);
    const isBlank = /[\r\n]/.test(text[next + own] ?? '\n');
    if (!isBlank && own <= indent) break;
    if (!isBlank && inner < 0) inner = own;
    const lineEnd = text.indexOf('\n', next);
    next = lineEnd < 0 ? text.length : lineEnd + 1;
  }
  const content = text.slice(from, next).trimEnd();
  const lines = content.split('\n').map((line) => line.trim());
  return { start: from + Math.max(inner, 0), end: from + content.length, value: lines.join('\n'), next };
}

function indentOf(text: string, lineStart: number): number {
  SPACE.lastIndex = lineStart;
  return SPACE.exec(text)![0].length;
}
