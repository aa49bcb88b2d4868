import { randomBytes } from 'node:crypto';

/** Characters of a trace id and a span id: 16 and 8 random bytes. */
const TRACE = 32;
const SPAN = 16;

/** Random characters are drawn from the system for this many traces at once. */
const BATCH = 256;

let pool = '';
let at = 0;

/**
 * The value of a traceparent field that begins a trace (https://www.w3.org/TR/trace-context, section 3.2). It says
 * sampled: a service that would have begun the trace itself follows its own sampler, one that heeds its parent's
 * decision must not go dark because there is a proxy in front of it.
 */
export function newTraceparent(): string {
  if (at === pool.length) {
    pool = randomBytes((BATCH * (TRACE + SPAN)) / 2).toString('hex');
    at = 0;
  }
  const trace = pool.slice(at, at + TRACE);
  const span = pool.slice(at + TRACE, at + TRACE + SPAN);
  at += TRACE + SPAN;
  return `00-${trace}-${span}-01`;
}
