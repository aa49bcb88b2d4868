import { JsonDocument } from '../json/document.ts';
import { scan } from '../json/scan.ts';
import type { Format } from './format.ts';
import { arrayOf, byteText, objectOf, quoted, readingOf } from './json-text.ts';

/**
 * Server-sent events (HTML Standard, section 9.2.6) as `$[*].event`, `$[*].id`, `$[*].data`; data that is a JSON object
 * or array is parsed: `$[*].data.price`. Comments only keep a connection open, and are left out. A last event without a
 * blank line after it, which clients discard, is marked with `#unfinished`.
 */
export const eventStream: Format = {
  name: 'event stream',
  claims: ({ essence }) => essence === 'text/event-stream',
  read: (body) => {
    const text = byteText(body);
    if ('problem' in text) return text;
    const events = eventsOf(text.bytes);
    return events.length === 0 ? { problem: 'there is no event in it' } : readingOf(arrayOf(events), text.mark);
  },
};

function eventsOf(text: string): string[] {
  const events: string[] = [];
  let fields = new Map<string, string[]>();
  const lines = text.split(/\r\n|\r|\n/);
  const rest = lines.pop()!;
  for (const line of lines) {
    if (line !== '') addField(fields, line);
    else if (fields.size > 0) {
      events.push(eventOf(fields));
      fields = new Map();
    }
  }
  if (rest !== '') addField(fields, rest);
  if (fields.size > 0) events.push(eventOf(fields.set('#unfinished', [''])));
  return events;
}

function addField(fields: Map<string, string[]>, line: string): void {
  const colon = line.indexOf(':');
  if (colon === 0) return;
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
  const values = fields.get(name);
  if (values) values.push(value);
  else fields.set(name, [value]);
}

/** Several lines of a field are one text. Unknown fields are shown like known ones. */
function eventOf(fields: ReadonlyMap<string, readonly string[]>): string {
  return objectOf(
    [...fields].map(([name, values]) => {
      const value = values.join('\n');
      return [name, name === 'data' && isStructured(value) ? value : quoted(value)];
    }),
  );
}

function isStructured(data: string): boolean {
  return /^[ \t]*[[{]/.test(data) && scan(Buffer.from(data, 'latin1')) instanceof JsonDocument;
}
