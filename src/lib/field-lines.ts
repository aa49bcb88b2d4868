/** Header fields in their one written form: `name: value` and CRLF each, one byte per character. */
export function fieldLines(fields: readonly string[]): string {
  let text = '';
  for (let at = 0; at < fields.length; at += 2) text += `${fields[at]}: ${fields[at + 1]}\r\n`;
  return text;
}

/** Reads what `fieldLines` has written, from `start` on, up to an empty line or the end. It reads nothing else. */
export function parseFieldLines(text: string, start = 0): string[] {
  const fields: string[] = [];
  let at = start;
  while (at < text.length) {
    const end = text.indexOf('\r\n', at);
    if (end === at || end < 0) break;
    const colon = text.indexOf(': ', at);
    fields.push(text.slice(at, colon), text.slice(colon + 2, end));
    at = end + 2;
  }
  return fields;
}
