import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { codingsOf } from '../content/coding.ts';
import { fieldsByName } from '../content/fields.ts';
import type { CapturedResponse } from '../model/exchange.ts';
import type { RecordedBody, RecordedLeg } from '../model/finding.ts';

/** A leg that has a response. */
export type RecordedResponse = Extract<RecordedLeg, { status: number }>;

export function hasResponse(leg: RecordedLeg): leg is RecordedResponse {
  return 'status' in leg;
}

type Encoder = (bytes: Uint8Array) => Buffer;

const ENCODERS: ReadonlyMap<string, Encoder> = new Map<string, Encoder>([
  ['gzip', (bytes) => gzipSync(bytes)],
  ['x-gzip', (bytes) => gzipSync(bytes)],
  ['deflate', (bytes) => deflateSync(bytes)],
  ['br', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ['zstd', (bytes) => zstdCompressSync(bytes)],
]);

/**
 * The response as the comparison takes it. Bodies are recorded decoded, but their fields still name the codings. So the
 * codings are applied again, and the pair is read as it was received. A body with an unknown coding was never decoded.
 */
export function capturedFrom({ status, reason, fields, trailers, body }: RecordedResponse): CapturedResponse {
  const codings = codingsOf(fieldsByName(fields).get('content-encoding') ?? []);
  const encoders = codings.map((coding) => ENCODERS.get(coding));
  const encoded = encoders.reduce<Uint8Array>((bytes, encode) => encode?.(bytes) ?? bytes, bytesOf(body));
  return { status, reason, fields, trailers, body: body.length === 0 ? bytesOf(body) : encoded };
}

function bytesOf({ encoding, content }: RecordedBody): Buffer {
  return Buffer.from(content, encoding);
}

/** The text recorded in place of a body that could not be searched for secrets reliably. */
const WITHHELD = /^\S[^\n]{0,40} withheld: /;

/** Why a recorded body is not the compared body; undefined where it is, apart from hidden values. */
export function incompleteness({ truncated, encoding, content }: RecordedBody): 'cut' | 'withheld' | undefined {
  if (truncated) return 'cut';
  return encoding === 'utf8' && WITHHELD.test(content) ? 'withheld' : undefined;
}
