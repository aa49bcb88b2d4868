import type { ByteOrderMark } from '../charset.ts';
import { JsonDocument } from '../json/document.ts';
import { scan } from '../json/scan.ts';
import type { Format } from './format.ts';
import { arrayOf, jsonByteText, readingOf } from './json-text.ts';

/** One JSON text per line: `$[*].price`. Lines with only white space are skipped. */
export const ndjson: Format = {
  name: 'NDJSON',
  claims: ({ essence }) => LINE_TYPES.has(essence),
  read: (body) => {
    const text = jsonByteText(body);
    return 'problem' in text ? text : sequenceOf(text.bytes.split('\n'), 'line', text.mark);
  },
};

/** JSON texts, each after a record separator (RFC 7464). */
export const jsonSequence: Format = {
  name: 'JSON sequence',
  claims: ({ essence, suffix }) => essence === 'application/json-seq' || suffix === 'json-seq',
  read: (body) => {
    const text = jsonByteText(body);
    if ('problem' in text) return text;
    return text.bytes.startsWith('\x1e')
      ? sequenceOf(text.bytes.split('\x1e'), 'record', text.mark)
      : { problem: 'it does not begin with a record separator' };
  },
};

const LINE_TYPES: ReadonlySet<string> = new Set([
  'application/json-lines',
  'application/jsonl',
  'application/jsonlines',
  'application/ndjson',
  'application/stream+json',
  'application/x-json-stream',
  'application/x-jsonlines',
  'application/x-ndjson',
  'text/x-ndjson',
]);

function sequenceOf(texts: readonly string[], unit: string, mark: ByteOrderMark | undefined) {
  const values: string[] = [];
  for (const [at, text] of texts.entries()) {
    if (/^[ \t\r\n]*$/.test(text)) continue;
    const document = scan(Buffer.from(text, 'latin1'));
    // The first record is what follows the first separator; lines count from one.
    if (!(document instanceof JsonDocument)) {
      return { problem: `${unit} ${unit === 'line' ? at + 1 : at}: ${document.problem} at byte ${document.offset}` };
    }
    values.push(text);
  }
  return readingOf(arrayOf(values), mark);
}
