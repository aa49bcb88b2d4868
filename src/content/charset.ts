import { isUtf8 } from 'node:buffer';
import type { MediaType } from './media-type.ts';

/** A text body as UTF-8 without a byte order mark. */
export interface Utf8Text {
  readonly bytes: Buffer;
  /** The byte order mark that was removed, if any. */
  readonly mark: ByteOrderMark | undefined;
}

export type ByteOrderMark = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE';

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Recodes a body by its byte order mark, or else by its charset parameter; UTF-8 is left as it is, valid or not. A body
 * with bytes that are invalid in its charset is not recoded, since the original bytes would be lost.
 */
export function toUtf8(bytes: Buffer, type: MediaType | undefined): Utf8Text | { readonly problem: string } {
  const mark = markOf(bytes);
  if (mark === 'UTF-8') return { bytes: bytes.subarray(BOM.length), mark };
  const charset = (mark ?? type?.parameters.get('charset') ?? 'utf-8').toLowerCase();
  if (charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') return { bytes, mark };
  const decoder = decoderFor(charset);
  if (decoder === undefined) return { problem: `unknown charset ${charset}` };
  try {
    const text = decoder.decode(bytes);
    return { bytes: Buffer.from(mark === undefined ? text : text.slice(1)), mark };
  } catch {
    return { problem: `it is not valid ${charset}` };
  }
}

/**
 * JSON is UTF-8 whatever its type says (RFC 8259, section 8.1). The charset only counts where the bytes are not valid
 * UTF-8.
 */
export function jsonToUtf8(bytes: Buffer, type: MediaType | undefined): ReturnType<typeof toUtf8> {
  const isNamed = type?.parameters.has('charset') ?? false;
  return isNamed && markOf(bytes) === undefined && isText(bytes) ? { bytes, mark: undefined } : toUtf8(bytes, type);
}

function decoderFor(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset, { ignoreBOM: true, fatal: true });
  } catch {
    return undefined;
  }
}

export function markOf(bytes: Buffer): ByteOrderMark | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE';
  return bytes.subarray(0, BOM.length).equals(BOM) ? 'UTF-8' : undefined;
}

/** Whether bytes are text: valid UTF-8 without NUL. */
export function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}
