/** Two texts side by side: which of their lines the other side does not have. */
export interface Line {
  readonly text: string;
  readonly differs: boolean;
}

/** Marks by content, not by position: a line that is there twice on one side and once on the other is marked once. */
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

/** A comma that came with the next member makes no difference here. */
function key(line: string): string {
  return line.replace(/,$/, '');
}

/**
 * Lays JSON out, one member a line, by its tokens alone: numbers and duplicate keys stay as they were received, and a
 * text that was cut is laid out as far as it goes.
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

/** Deeper than this the indent stays as it is, so that a hostile nesting does not grow the page by its square. */
const DEEPEST = 40;

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, DEEPEST))}`;
}
