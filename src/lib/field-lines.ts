/** Header fields as text: `name: value` and CRLF for each, one byte per character. */
export function fieldLines(fields: readonly string[]): string {
  let text = '';
  for (let at = 0; at < fields.length; at += 2) text += `${fields[at]}: ${fields[at + 1]}\r\n`;
  return text;
}
