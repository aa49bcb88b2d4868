import { randomBytes } from 'node:crypto';

/** Characters of a trace id and a span id: 16 and 8 random bytes. */
const TRACE = 32;
const SPAN = 16;

/** How many random characters are drawn from the system at once. */
const BATCH = 256 * (TRACE + SPAN);

let pool = '';
let at = 0;

function draw(characters: number): string {
  if (at + characters > pool.length) {
    pool = randomBytes(BATCH / 2).toString('hex');
    at = 0;
  }
  at += characters;
  return pool.slice(at - characters, at);
}

/**
 * The value of a traceparent field that begins a trace (https://www.w3.org/TR/trace-context, section 3.2). Its sampled
 * flag is set. A service that follows its parent's decision must not lose its traces because of a proxy in front of it.
 */
export function newTraceparent(): string {
  return `00-${draw(TRACE)}-${draw(SPAN)}-01`;
}

/** Later versions begin in the same way (section 3.2.1). */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}(?:-|$)/i;
/** Characters before the span id: version, trace id, and a hyphen after each. */
const BEFORE_SPAN = 2 + 1 + TRACE + 1;

/**
 * The value of a traceparent field with another parent span in the same trace, so that the records of two services
 * about one request can be told apart. An invalid value stays as it is.
 */
export function withOwnSpan(traceparent: string): string {
  if (!TRACEPARENT.test(traceparent)) return traceparent;
  return traceparent.slice(0, BEFORE_SPAN) + draw(SPAN) + traceparent.slice(BEFORE_SPAN + SPAN);
}
