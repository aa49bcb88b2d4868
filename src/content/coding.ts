import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { listOf } from './fields.ts';

/** A body after its content codings are taken off (RFC 9110, section 8.4), or why it could not be. */
export type Decoded =
  | { readonly state: 'decoded'; readonly bytes: Buffer }
  /** Not valid in its content coding, or the coding is unknown. */
  | { readonly state: 'undecodable'; readonly problem: string }
  /** Longer than the limit when decoded. */
  | { readonly state: 'too_large'; readonly problem: string };

/** A body with more codings than this is an attack, not a response. */
const MOST_CODINGS = 4;

type Decoder = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;

const DECODERS = new Map<string, Decoder>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateAny],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

/** The codings of a body in the order they were applied, without `identity`. */
export function codingsOf(contentEncodings: readonly string[]): readonly string[] {
  return listOf(contentEncodings)
    .map((coding) => coding.toLowerCase())
    .filter((coding) => coding !== 'identity');
}

/** Takes the codings off, the last applied first. `most` bounds the output of each, in bytes. Never throws. */
export function decode(body: Uint8Array, codings: readonly string[], most: number): Decoded {
  let bytes: Buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length === 0) return { state: 'decoded', bytes };
  if (codings.length > MOST_CODINGS) return { state: 'undecodable', problem: `${codings.length} content codings` };
  for (const coding of codings.toReversed()) {
    const decoder = DECODERS.get(coding);
    if (decoder === undefined) return { state: 'undecodable', problem: `unknown content coding ${coding}` };
    try {
      bytes = decoder(bytes, { maxOutputLength: most });
    } catch (error) {
      return isTooLarge(error)
        ? { state: 'too_large', problem: `longer than ${most} bytes when decoded` }
        : { state: 'undecodable', problem: `not valid ${coding}` };
    }
  }
  return { state: 'decoded', bytes };
}

/** `deflate` is the zlib format. Some servers send raw deflate under that name, and clients accept it. */
function inflateAny(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Buffer {
  try {
    return inflateSync(bytes, options);
  } catch (error) {
    if (isTooLarge(error)) throw error;
    return inflateRawSync(bytes, options);
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
