/** The request as the shadow gets it: what the primary got, with the marker and what the configuration changes. */
import type { MirrorConfig, Target } from '../config/types.ts';
import { fieldLines, parseFieldLines } from '../lib/field-lines.ts';
import { withOwnSpan } from '../lib/trace-context.ts';

/** The header that marks a copy. */
const COPY_MARKER = 'X-Understudy-Copy';

/** Makes the function that turns the primary's head text into the copy's. Made once per target. */
export function copyText(target: Target, headers: MirrorConfig['headers'], marker: string): (text: string) => string {
  const markerLine = `${COPY_MARKER}: ${marker}\r\n\r\n`;
  const removed = new Set([...headers.remove, ...Object.keys(headers.set)]);
  const added = fieldLines(Object.entries(headers.set).flat());
  const unchanged = removed.size === 0 && target.hostHeader === undefined;
  return (forwarded) => {
    const text = withOwnSpan(forwarded);
    // The whole body is at hand, so there is nothing to ask leave for.
    if (unchanged && !/\r\nexpect:/i.test(text)) return text.slice(0, -2) + markerLine;
    const lineEnd = text.indexOf('\r\n') + 2;
    const fields = parseFieldLines(text, lineEnd);
    let lines = '';
    for (let at = 0; at < fields.length; at += 2) {
      const name = fields[at]!.toLowerCase();
      if (removed.has(name) || name === 'expect') continue;
      const value = name === 'host' ? (target.hostHeader ?? fields[at + 1]!) : fields[at + 1]!;
      lines += `${fields[at]}: ${value}\r\n`;
    }
    return text.slice(0, lineEnd) + lines + added + markerLine;
  };
}
