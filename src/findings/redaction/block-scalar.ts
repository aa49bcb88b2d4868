import { SPACE } from './named-syntax.ts';

/** Text of YAML that stands below its name, further in (`name: |`). */
export interface BlockScalar {
  /** From the first character to the end of the last line that has any. */
  readonly start: number;
  readonly end: number;
  /** Without the space before and behind its lines. */
  readonly value: string;
  /** Where what comes after it begins. */
  readonly next: number;
}

/** @param lineStart of the line with the name, which ends after `at`. */
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
