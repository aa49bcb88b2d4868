import { createHash } from 'node:crypto';

/** What a client sees of an answer, less what every hop may say for itself. */
export interface Answer {
  readonly status: number;
  /** In the order and the case in which they came. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Its text, or, where it is long, its length and hash. */
  readonly body: string;
}

/** Of this hop (RFC 9110, section 7.6.1), and of this moment. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'via', 'date']);
const SHORT = 2_000;

export function answerOf(status: number, fields: Iterable<readonly [string, string]>, body: Uint8Array): Answer {
  const passed = [...fields].filter(([name]) => {
    // Some services give a 204 a length; a proxy must not (RFC 9110, section 8.6).
    const dropped = status === 204 && name.toLowerCase() === 'content-length';
    return !dropped && !HOP.has(name.toLowerCase());
  });
  return { status, fields: passed, body: brief(body) };
}

/** Pairs out of names and values in turn, as Node's raw headers are. */
export function* pairs(raw: readonly string[]): Generator<[string, string]> {
  for (let at = 0; at < raw.length; at += 2) yield [raw[at]!, raw[at + 1]!];
}

function brief(body: Uint8Array): string {
  if (body.length <= SHORT) return Buffer.from(body).toString('latin1');
  return `${body.length} bytes, sha256 ${createHash('sha256').update(body).digest('hex')}`;
}
