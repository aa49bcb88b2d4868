import { isUtf8 } from 'node:buffer';
import type { MediaType } from './media-type.ts';

/** A text body as UTF-8 without a byte order mark. */
export interface Utf8Text {
  readonly bytes: Buffer;
  /** Whether there was a byte order mark. */
  readonly marked: boolean;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Recodes a body by its charset parameter, or by a UTF-16 byte order mark; UTF-8 is left as it is, valid or not. A body
 * that its charset has no characters for is not recoded: nobody could tell which bytes were there.
 */
export function toUtf8(bytes: Buffer, type: MediaType | undefined): Utf8Text | { readonly problem: string } {
  const charset = utf16Mark(bytes) ?? type?.parameters.get('charset')?.toLowerCase() ?? 'utf-8';
  if (charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') {
    const marked = bytes.subarray(0, 3).equals(BOM);
    return { bytes: marked ? bytes.subarray(3) : bytes, marked };
  }
  const decoder = decoderFor(charset);
  if (decoder === undefined) return { problem: `unknown charset ${charset}` };
  try {
    const text = decoder.decode(bytes);
    const marked = text.startsWith('\ufeff');
    return { bytes: Buffer.from(marked ? text.slice(1) : text), marked };
  } catch {
    return { problem: `it is not valid ${charset}` };
  }
}

function decoderFor(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset, { ignoreBOM: true, fatal: true });
  } catch {
    return undefined;
  }
}

function utf16Mark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** Whether bytes read as text: valid UTF-8 and no NUL. */
export function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}
