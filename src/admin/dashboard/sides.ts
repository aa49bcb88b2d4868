/** Two texts side by side: finds the lines that the other side does not have. */
export interface Line {
  readonly text: string;
  readonly differs: boolean;
}

/** Compares by content, not by position. A line that one side has twice and the other once is marked once. */
export function markLines(left: string, right: string): { readonly left: Line[]; readonly right: Line[] } {
  const leftLines = left.split('\n');
  const rightLines = right.split('\n');
  return { left: mark(leftLines, rightLines), right: mark(rightLines, leftLines) };
}

function mark(lines: readonly string[], others: readonly string[]): Line[] {
  const available = new Map<string, number>();
  for (const other of others) available.set(key(other), (available.get(key(other)) ?? 0) + 1);
  return lines.map((text) => {
    const left = available.get(key(text)) ?? 0;
    if (left > 0) available.set(key(text), left - 1);
    return { text, differs: left === 0 };
  });
}

/** A comma that only separates the next member is not a difference. */
function key(line: string): string {
  return line.replace(/,$/, '');
}

/**
 * Formats JSON with one member per line, by its tokens only: numbers and duplicate keys stay as received, and a text
 * that was cut is formatted as far as it goes.
 */
export function layOutJson(text: string): string {
  let depth = 0;
  let laidOut = '';
  const tokens = text.match(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+/gs) ?? [];
  for (const [index, token] of tokens.entries()) {
    const closes = token === '}' || token === ']';
    const opened = tokens[index - 1] === '{' || tokens[index - 1] === '[';
    if (closes) depth = Math.max(depth - 1, 0);
    if (opened !== closes) laidOut += newLine(depth);
    laidOut += token;
    if (token === '{' || token === '[') depth++;
    if (token === ',') laidOut += newLine(depth);
    if (token === ':') laidOut += ' ';
  }
  return laidOut;
}

/** The deepest indentation. Without a limit, hostile nesting would make the page quadratic in size. */
const DEEPEST = 40;

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, DEEPEST))}`;
}
