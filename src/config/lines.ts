/** A line and a column, both counted from 1, in UTF-16 code units as editors do. */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}

/**
 * Finds the line of an offset. Lines end with LF, alone or after CR. The YAML parser's own counter is not used: after
 * some syntax errors it misses lines.
 */
export function lineFinder(text: string): (offset: number) => LinePosition {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    // The last line that starts at or before the offset.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: Math.min(offset, text.length) - starts[low]! + 1 };
  };
}
