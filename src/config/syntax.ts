import { type Document, isCollection, isNode, isScalar, visit, type YAMLError } from 'yaml';
import { lineFinder } from './lines.ts';
import { quote } from './quote.ts';

/** What is wrong with a text that is not YAML, and the offset. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
}

/**
 * Only the first error: after it the parser reports everything that follows, and one slip may give a hundred errors.
 * If there are no errors, the warnings.
 */
export function syntaxFaults(text: string, document: Document): SyntaxFault[] {
  const { errors, warnings } = document;
  const first = errors.toSorted((one, other) => startOf(one) - startOf(other)).slice(0, 1);
  return (errors.length > 0 ? first : warnings).map((error) => ({
    offset: error.pos[0],
    message: describe(text, document, error),
  }));
}

/** What a tab is turned into, so that the line break before it is not blamed. */
function startOf({ code, pos }: YAMLError): number {
  return code === 'TAB_AS_INDENT' ? pos[0] - 2 : pos[0];
}

function describe(text: string, document: Document, error: YAMLError): string {
  if (error.code === 'MULTIPLE_DOCS') return 'a second YAML document; found more than one; allowed: one in a file';
  const hint = hintFor(text, document, error);
  const said = hint === undefined ? error.message : `${error.message}; ${hint}`;
  return `not valid YAML (${said}); found ${snippet(text, error.pos)}; allowed: YAML 1.2`;
}

function snippet(text: string, [from, to]: readonly [number, number]): string {
  const [line = ''] = text.slice(from, Math.max(to, from + 1)).split('\n');
  if (from >= text.length) return 'the end of the file';
  return line.trim() === '' ? 'white space' : quote(line.trim());
}

/** How to mend it. */
function hintFor(text: string, document: Document, { code, message, pos: [at] }: YAMLError): string | undefined {
  const rest = text.slice(at, endOfLine(text, at));
  switch (code) {
    case 'BAD_ALIAS':
    case 'BAD_SCALAR_START':
      return inQuotes(text, at);
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    case 'BLOCK_IN_FLOW':
      return inQuotes(text, at);
    case 'BLOCK_AS_IMPLICIT_KEY':
      return /:(?:\s|$)/.test(rest) ? inQuotes(text, at) : SAME_COLUMN;
    case 'MISSING_CHAR':
      return opened(text, quotedUntil(document, at));
    case 'BAD_INDENT':
      return message.startsWith('Flow') ? opened(text, flowAround(text, document, at)) : SAME_COLUMN;
    case 'MULTILINE_IMPLICIT_KEY':
      return 'each option is written as name: value';
    case 'UNEXPECTED_TOKEN':
      if (message.includes('in YAML stream')) return /^[}\]]/.test(rest) ? `this ${rest[0]} closes nothing` : undefined;
      return message.includes('at node end') ? inQuotes(text, startOfValue(text, at), at) : undefined;
    default:
      return undefined;
  }
}

const SAME_COLUMN = 'the options of a section begin in the same column, further right than its name';

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** A text that can be put in quotes as it is: no quotes at its beginning, no terminal control characters. */
const PLAIN = /^(?!["'])[\x20-\x7e]+$/;
const LONGEST_VALUE = 60;

/** The whole value around the offset, written correctly. */
function inQuotes(text: string, from: number, at = from): string {
  const value = text.slice(from, endOfValue(text, at)).trim();
  if (value.length > LONGEST_VALUE || !PLAIN.test(value)) return 'put the whole value in quotes';
  const quoted = value.includes('"') ? `'${value.replaceAll("'", "''")}'` : `"${value.replaceAll('\\', '\\\\')}"`;
  return `put the value in quotes: ${quoted}`;
}

/** Where the value around the offset begins: after the last name, comma or opening bracket of the line. */
function startOfValue(text: string, at: number): number {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const [before] = /^.*(?:[:,-]\s+|[[{,]\s*)/.exec(text.slice(start, at)) ?? [''];
  return start + before.length;
}

/** Where the value ends: at a comma or closing bracket that is not its own, or at the end of the line. */
function endOfValue(text: string, at: number): number {
  const end = endOfLine(text, at);
  let depth = 0;
  for (let index = at; index < end; index++) {
    const character = text[index]!;
    if ('[{('.includes(character)) depth++;
    else if (depth === 0 && ',]}'.includes(character)) return index;
    else if (']})'.includes(character)) depth--;
  }
  return end;
}

/** Says where something begins that is never closed. */
function opened(text: string, at: number | undefined): string | undefined {
  if (at === undefined) return undefined;
  const { line, column } = lineFinder(text)(at);
  return `the ${text[at]} in line ${line}, column ${column} is not closed`;
}

function quotedUntil(document: Document, end: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && node.type?.startsWith('QUOTE') && (node.range?.[1] ?? 0) >= end) start = node.range![0];
    },
  });
  return start;
}

/** The innermost mapping or list in brackets that is still open at the offset. */
function flowAround(text: string, document: Document, at: number): number | undefined {
  let start: number | undefined;
  visit(document, (_, node) => {
    if (!isNode(node) || !isCollection(node) || !node.flow) return;
    const [from, to] = node.range!;
    const isClosed = /[}\]]/.test(text[to - 1] ?? '') && to <= at;
    if (from < at && to >= at - 1 && !isClosed) start = from;
  });
  return start;
}
