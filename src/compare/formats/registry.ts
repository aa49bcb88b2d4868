import type { MediaType } from '../media-type.ts';
import { binary } from './binary.ts';
import type { Body, Format } from './format.ts';
import { json } from './json.ts';
import { text } from './text.ts';

/** In order; the first that claims a media type has it. The last one takes everything. */
const FORMATS: readonly Format[] = [json, text, binary];

const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;

/**
 * The formats to try on a pair, in order; the last never declines. Two types that ask for different formats leave
 * text, then bytes: that the types differ is told as a difference of the header.
 */
export function formatsFor(left: Body, right: Body): readonly Format[] {
  const leftFormat = formatOf(left.type) ?? sniffed(left.bytes);
  const rightFormat = formatOf(right.type) ?? sniffed(right.bytes);
  const fallback = [text, binary];
  return leftFormat === rightFormat && !fallback.includes(leftFormat as typeof text)
    ? [leftFormat, ...fallback]
    : fallback;
}

function formatOf(type: MediaType | undefined): Format | undefined {
  return type && FORMATS.find((format) => format.claims(type));
}

/** What a body without a type looks like. */
function sniffed(bytes: Buffer): Format {
  return bytes[0] === OPEN_OBJECT || bytes[0] === OPEN_ARRAY ? json : text;
}
