import { isUtf8 } from 'node:buffer';
import { type ByteOrderMark, toUtf8 } from '../charset.ts';
import type { Body } from './format.ts';

/** The text of a markup body, without a byte order mark. */
export type MarkupText =
  | { readonly text: string; readonly mark: ByteOrderMark | undefined }
  | { readonly problem: string };

/** Where the encoding may be declared: HTML Standard, section 13.2.3.2; XML 1.0, appendix F. */
const DECLARATION_BYTES = 1024;

/**
 * Decodes by the charset parameter; without one, by a byte order mark or the encoding that the body declares (the first
 * group of `declaration`).
 */
export function markupText({ bytes, type }: Body, declaration: RegExp): MarkupText {
  const declared = declaration.exec(bytes.toString('latin1', 0, DECLARATION_BYTES))?.[1];
  const charset = type?.parameters.get('charset') ?? declared;
  const parameters = new Map(charset === undefined ? [] : [['charset', charset]]);
  const utf8 = toUtf8(bytes, { essence: type?.essence ?? '', parameters });
  if ('problem' in utf8) return utf8;
  return isUtf8(utf8.bytes) ? { text: utf8.bytes.toString(), mark: utf8.mark } : { problem: 'it is not UTF-8' };
}
