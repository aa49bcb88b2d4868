import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServingLeg } from '../model/copy-legs.ts';

/**
 * With an override a tester chooses the version that serves them: `shadow.1798761600.SIGNATURE`. It names the version
 * and the second, since 1970, until which it is valid. The signature is the HMAC-SHA-256 (RFC 2104) of what is before
 * the last dot, in lower-case hexadecimal digits.
 */
const FORM = /^(shadow|primary)\.(\d{1,12})\.([\da-f]{64})$/;

/** `until`: milliseconds since 1970. */
export function signOverride(serves: ServingLeg, until: number, secret: string): string {
  const text = `${serves}.${Math.floor(until / 1000)}`;
  return `${text}.${signature(text, secret).toString('hex')}`;
}

/** The version that a valid override chooses. `now`: milliseconds since 1970. */
export function overridden(value: string, secret: string, now: number): ServingLeg | undefined {
  const [, serves, until, signed] = FORM.exec(value) ?? [];
  if (signed === undefined || Number(until) * 1000 <= now) return undefined;
  const expected = signature(`${serves}.${until}`, secret);
  return timingSafeEqual(Buffer.from(signed, 'hex'), expected) ? (serves as ServingLeg) : undefined;
}

function signature(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}
