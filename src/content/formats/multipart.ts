import { createHash } from 'node:crypto';
import { isText } from '../charset.ts';
import { splitOutsideQuotes } from '../fields.ts';
import { JsonDocument } from '../json/document.ts';
import { scan } from '../json/scan.ts';
import { isJsonType, type MediaType, parseMediaType, unquoted } from '../media-type.ts';
import { mediaTypeMeaning } from '../media-type-meaning.ts';
import type { Format } from './format.ts';
import { arrayOf, objectOf, quoted, readingOf } from './json-text.ts';

/**
 * Multipart bodies (RFC 2046, section 5.1; RFC 7578) by part: `$.field` in a form, `$[*]` in any other. Boundary,
 * preamble and epilogue make no difference. For a plain form field only the content is shown; any other part is an
 * object with `type`, `filename`, `headers` and `content`. Content is parsed if it is JSON or multipart itself. For
 * files and binary content, length and hash are shown.
 */
export const multipart: Format = {
  name: 'multipart',
  claims: ({ essence }) => essence.startsWith('multipart/'),
  read: ({ bytes, type }) => {
    const json = multipartJson(bytes, type, 0);
    return typeof json === 'string' ? readingOf(json) : json;
  },
};

/** Parts that are multipart themselves are read down to this depth. */
const MOST_NESTED = 8;

type Problem = { readonly problem: string };

function multipartJson(bytes: Buffer, type: MediaType | undefined, depth: number): string | Problem {
  const boundary = type?.parameters.get('boundary') ?? '';
  if (boundary === '' || boundary.length > LONGEST_BOUNDARY) return { problem: 'there is no usable boundary' };
  const parts = partsOf(Buffer.concat([CRLF, bytes]), boundary, depth);
  if ('problem' in parts) return parts;
  return type?.essence === 'multipart/form-data' ? byName(parts) : arrayOf(parts.map(({ json }) => json));
}

/** RFC 2046, section 5.1.1. */
const LONGEST_BOUNDARY = 70;

const CRLF = Buffer.from('\r\n');

const DASH = 0x2d;

interface Part {
  /** The name of the form field; empty where there is none. */
  readonly name: string;
  readonly json: string;
}

function partsOf(bytes: Buffer, boundary: string, depth: number): readonly Part[] | Problem {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const parts: Part[] = [];
  let start = delimiterAt(bytes, delimiter, 0);
  if (start < 0) return { problem: 'the boundary is not in it' };
  for (;;) {
    const after = start + delimiter.length;
    if (bytes[after] === DASH && bytes[after + 1] === DASH) return parts;
    const lineEnd = bytes.indexOf(CRLF, after);
    const end = lineEnd < 0 ? -1 : delimiterAt(bytes, delimiter, lineEnd);
    if (end < 0) return { problem: `part ${parts.length + 1} has no end` };
    const part = partOf(bytes.subarray(lineEnd, end), depth);
    if (part === undefined) return { problem: `part ${parts.length + 1} has no blank line after its head` };
    parts.push(part);
    start = end;
  }
}

/**
 * Only white space or the closing dashes may follow a boundary (RFC 2046, section 5.1.1): otherwise it is the beginning
 * of a longer one.
 */
function delimiterAt(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = from; ; at++) {
    at = bytes.indexOf(delimiter, at);
    const next = at < 0 ? undefined : bytes[at + delimiter.length];
    if (next === undefined || next === DASH || ENDS_DELIMITER.has(next)) return at;
  }
}

const ENDS_DELIMITER: ReadonlySet<number> = new Set([0x09, 0x0d, 0x20]);

/** `bytes` begin with the line end before the head. */
function partOf(bytes: Buffer, depth: number): Part | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const headers = headersOf(bytes.toString('latin1', 2, headEnd));
  const content = bytes.subarray(headEnd + 4);
  const [disposition = '', ...parameters] = splitOutsideQuotes(headers.get('content-disposition') ?? '', ';');
  const filename = parameterOf(parameters, 'filename*') ?? parameterOf(parameters, 'filename');
  const type = headers.get('content-type');
  headers.delete('content-type');
  if (disposition.toLowerCase() === 'form-data') headers.delete('content-disposition');
  const mediaType = parseMediaType(type);
  const isNested = mediaType !== undefined && multipart.claims(mediaType);
  const isFile = filename !== undefined || !(isNested || isText(content));
  const members: [string, string][] = [];
  if (type !== undefined) members.push(['type', quoted(mediaTypeMeaning(type) ?? type)]);
  if (filename !== undefined) members.push(['filename', quoted(filename)]);
  if (headers.size > 0) members.push(['headers', objectOf([...headers].map(([name, value]) => [name, quoted(value)]))]);
  const json = isFile ? fileOf(content) : contentOf(content, mediaType, depth);
  return {
    name: parameterOf(parameters, 'name') ?? '',
    json: members.length === 0 && !isFile ? json : objectOf([...members, ['content', json]]),
  };
}

function headersOf(head: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    const name = (colon < 0 ? line : line.slice(0, colon)).toLowerCase();
    const value = colon < 0 ? '' : line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return headers;
}

function parameterOf(parameters: readonly string[], name: string): string | undefined {
  const found = parameters.find((parameter) => parameter.toLowerCase().startsWith(`${name}=`));
  return found === undefined ? undefined : unquoted(found.slice(name.length + 1));
}

function fileOf(content: Buffer): string {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return objectOf([
    ['length', String(content.length)],
    ['sha256', quoted(sha256)],
  ]);
}

function contentOf(content: Buffer, type: MediaType | undefined, depth: number): string {
  if (type !== undefined && multipart.claims(type)) {
    const json = depth < MOST_NESTED ? multipartJson(content, type, depth + 1) : undefined;
    if (typeof json === 'string') return json;
    if (!isText(content)) return fileOf(content);
  }
  const text = content.toString('latin1');
  return type !== undefined && isJsonType(type) && scan(content) instanceof JsonDocument ? text : quoted(text);
}

/** Groups the parts by name; several parts with the same name become an array. */
function byName(parts: readonly Part[]): string {
  const named = Map.groupBy(parts, ({ name }) => name);
  return objectOf(
    [...named].map(([name, group]) => [
      name,
      group.length === 1 ? group[0]!.json : arrayOf(group.map(({ json }) => json)),
    ]),
  );
}
