import type { Fields } from '../../src/model/exchange.ts';
import type { ByteSource } from './byte-source.ts';

/**
 * `strict` throws on what RFC 9112 allows no sender to send; `lenient` takes what some servers out there take: bare
 * LF, blank lines in front, white space around names, a size with something behind it.
 */
export type Grammar = 'strict' | 'lenient';

export interface Head {
  /** Request line or status line. */
  readonly line: string;
  readonly fields: Fields;
  /** Byte for byte (latin1), with the empty line at its end. */
  readonly raw: string;
}

export async function readHead(source: ByteSource, grammar: Grammar): Promise<Head> {
  const lines = grammar === 'lenient' ? await skipBlank(source) : [await readLine(source)];
  lines.push(...(await readFieldLines(source)));
  const raw = lines.join('');
  const [line, ...fieldLines] = lines;
  return { line: bare(line!, grammar), fields: parseFields(fieldLines, grammar), raw };
}

export interface ChunkedBody {
  readonly body: Buffer;
  readonly trailers: Fields;
  /** The size lines without their line ends. */
  readonly sizes: readonly string[];
}

export async function readChunked(source: ByteSource, grammar: Grammar): Promise<ChunkedBody> {
  const sizes: string[] = [];
  const parts: Buffer[] = [];
  for (;;) {
    const line = bare(await readLine(source), grammar);
    if (grammar === 'strict' && !/^[0-9a-f]+$/i.test(line)) throw new Error(`chunk size line ${JSON.stringify(line)}`);
    sizes.push(line);
    const size = Number.parseInt(line, 16) || 0;
    if (size === 0)
      return { body: Buffer.concat(parts), trailers: parseFields(await readFieldLines(source), grammar), sizes };
    parts.push(await source.take(size));
    if (bare(await readLine(source), grammar) !== '') throw new Error('chunk data is longer than its size');
  }
}

/** All values of a field, in order. */
export function valuesOf(fields: Fields, name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    if (fields[index]!.toLowerCase() === name.toLowerCase()) values.push(fields[index + 1]!);
  }
  return values;
}

const readLine = async (source: ByteSource) => (await source.until('\n')).toString('latin1');

async function skipBlank(source: ByteSource): Promise<string[]> {
  const lines = [await readLine(source)];
  while (lines.at(-1)!.trim() === '') lines.push(await readLine(source));
  return [lines.join('').trimStart()];
}

/** With the empty line that ends them. */
async function readFieldLines(source: ByteSource): Promise<string[]> {
  const lines: string[] = [];
  do lines.push(await readLine(source));
  while (!/^\r?\n$/.test(lines.at(-1)!));
  return lines;
}

function bare(line: string, grammar: Grammar): string {
  if (grammar === 'strict' && !/^[^\r\n\0]*\r\n$/.test(line)) throw new Error(`malformed line ${JSON.stringify(line)}`);
  return line.replace(/\r?\n$/, '');
}

/** RFC 9110 section 5.6.2 and 5.5: token ":" OWS value OWS. */
const FIELD_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7E\x80-\xFF]*$/;

function parseFields(lines: readonly string[], grammar: Grammar): Fields {
  const fields: string[] = [];
  for (const line of lines) {
    const text = bare(line, grammar);
    if (text === '') continue;
    if (grammar === 'strict' && !FIELD_LINE.test(text)) throw new Error(`malformed field line ${JSON.stringify(text)}`);
    const colon = text.includes(':') ? text.indexOf(':') : text.length;
    fields.push(text.slice(0, colon).trim(), text.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, ''));
  }
  return fields;
}
