import { type ByteOrderMark, jsonToUtf8, toUtf8 } from '../charset.ts';
import type { Body } from './format.ts';

/*
 * Readers of text formats work on one character per byte (latin1) of the UTF-8 text and write the JSON text back the
 * same way: invalid UTF-8 is passed through unchanged, and strings take one byte per character.
 */

/** An object from names and the JSON texts of their values. */
export function objectOf(members: Iterable<readonly [name: string, json: string]>): string {
  let json = '';
  for (const [name, value] of members) json += `${json === '' ? '{' : ','}${quoted(name)}:${value}`;
  return json === '' ? '{}' : `${json}}`;
}

/**
 * An array from the JSON texts of its elements. Concatenated, not joined: a join would copy a nested text at each
 * level.
 */
export function arrayOf(elements: readonly string[]): string {
  let json = '';
  for (const element of elements) json += `${json === '' ? '[' : ','}${element}`;
  return json === '' ? '[]' : `${json}]`;
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A text body as UTF-8, one character per byte, without a byte order mark. */
export type ByteText =
  | { readonly bytes: string; readonly mark: ByteOrderMark | undefined }
  | { readonly problem: string };

export function byteText({ bytes, type }: Body): ByteText {
  return asByteText(toUtf8(bytes, type));
}

/** The same for a body that is JSON, or consists of JSON texts. */
export function jsonByteText({ bytes, type }: Body): ByteText {
  return asByteText(jsonToUtf8(bytes, type));
}

function asByteText(text: ReturnType<typeof toUtf8>): ByteText {
  return 'problem' in text ? text : { bytes: text.bytes.toString('latin1'), mark: text.mark };
}

/** A reading whose JSON text has one character per byte. */
export function readingOf(
  json: string,
  mark?: ByteOrderMark,
): { readonly json: Buffer; readonly mark: ByteOrderMark | undefined } {
  return { json: Buffer.from(json, 'latin1'), mark };
}
