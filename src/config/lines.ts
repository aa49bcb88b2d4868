/** A line and a column, both counted from 1; columns in UTF-16 code units, as in editors. */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}

/**
 * Finds the line of an offset. Lines end with LF or CRLF. The YAML parser's own counter is not used, because it misses
 * lines after some syntax errors.
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
