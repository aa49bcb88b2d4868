import type { Format } from './format.ts';
import { arrayOf, jsonByteText, readingOf } from './json-text.ts';

/**
 * JSON texts one after another, with or without white space between them: `$[*].price`. Such bodies are sent under all
 * kinds of types, including `application/json`. This format claims no type: types for several JSON texts define a
 * separator.
 */
export const jsonTexts: Format = {
  name: 'JSON texts',
  claims: () => false,
  read: (body) => {
    const text = jsonByteText(body);
    if ('problem' in text) return text;
    const texts = textsOf(text.bytes);
    return typeof texts === 'number'
      ? { problem: `no JSON text is complete from byte ${texts} on` }
      : readingOf(arrayOf(texts), text.mark);
  },
};

/**
 * Splits the text into objects and arrays; whether each is well formed is checked by the scan. A number: the offset of
 * a text without an end.
 */
function textsOf(text: string): readonly string[] | number {
  const texts: string[] = [];
  for (let start = skipSpace(text, 0); start < text.length; ) {
    const end = containerEnd(text, start);
    if (end < 0) return start;
    texts.push(text.slice(start, end));
    start = skipSpace(text, end);
  }
  return texts;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++;
  return at;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The offset after the bracket that closes the one at `start`; -1 if there is none. */
function containerEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) depth++;
    else if (code === QUOTE) at = stringEnd(text, at);
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return at + 1;
    if (depth === 0) return -1;
  }
  return -1;
}

/** The quote that ends a string. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
