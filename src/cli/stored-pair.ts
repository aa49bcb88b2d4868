import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type * as z from 'zod';
import { exchange as exchangeSchema } from '../admin/schemas.ts';
import { codingsOf } from '../compare/coding.ts';
import { fieldsByName } from '../compare/fields.ts';
import { fileFailure } from '../lib/file-failure.ts';
import { UnderstudyError } from '../model/errors.ts';
import type { CapturedResponse } from '../model/exchange.ts';
import type { RecordedBody, RecordedExchange, RecordedLeg } from '../model/finding.ts';

/** A leg that has a response. */
export type Answer = Extract<RecordedLeg, { status: number }>;

const WHAT = 'one exchange as GET /api/v1/exchanges/{id} gives it';
const MOST_FAULTS = 10;

/** Reads an exchange as the admin API gives it. Throws `usage`, with all that is wrong with the file. */
export function readStoredPair(file: string): RecordedExchange {
  const result = exchangeSchema.safeParse(parse(read(file), file));
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, []));
  const listed = faults.slice(0, MOST_FAULTS).map((fault) => `\n  ${fault}`);
  const rest = faults.length > MOST_FAULTS ? `\n  and ${faults.length - MOST_FAULTS} more` : '';
  throw new UnderstudyError('usage', `${file}: not a recorded exchange; allowed: ${WHAT}${listed.join('')}${rest}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnderstudyError('usage', `${file}: cannot be read; found ${fileFailure(error)}; allowed: ${WHAT}`);
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnderstudyError('usage', `${file}: not JSON; found ${(error as Error).message}; allowed: ${WHAT}`);
  }
}

/** Of the forms that a leg can have, the one with the fewest faults was meant. */
function faultsOf(issue: z.core.$ZodIssue, parent: readonly PropertyKey[]): string[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'invalid_union') {
    const [meant = []] = issue.errors.toSorted((one, other) => one.length - other.length);
    if (meant.length > 0) return meant.flatMap((inner) => faultsOf(inner, path));
  }
  return [`${path.length === 0 ? 'the file' : path.map(String).join('.')}: ${issue.message}`];
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
 * The response as the comparison takes it. Bodies are recorded decoded, while the fields still say how they were coded;
 * the codings are put on again, so that the pair reads as it came. A body with a coding that is not known here was never
 * decoded.
 */
export function toResponse({ status, reason, fields, trailers, body }: Answer): CapturedResponse {
  const codings = codingsOf(fieldsByName(fields).get('content-encoding') ?? []);
  const encoders = codings.map((coding) => ENCODERS.get(coding));
  const encoded = encoders.reduce<Uint8Array>((bytes, encode) => encode?.(bytes) ?? bytes, bytesOf(body));
  return { status, reason, fields, trailers, body: body.length === 0 ? bytesOf(body) : encoded };
}

function bytesOf({ encoding, content }: RecordedBody): Buffer {
  return Buffer.from(content, encoding);
}
