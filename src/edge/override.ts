import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServingLeg } from '../model/copy-legs.ts';

/** What a cohort or an override decides for a user. `test`: the user is none of the real ones. */
export interface Choice {
  readonly serves: ServingLeg;
  readonly users: 'real' | 'test';
}

/**
 * With an override a tester chooses the version that serves them: `shadow.1798761600.SIGNATURE`. It names the version
 * and the second, since 1970, until which it is valid. `shadow+test` marks a test user. The signature is the
 * HMAC-SHA-256 (RFC 2104) of what is before the last dot, in lower-case hexadecimal digits.
 */
const FORM = /^(shadow|primary)(\+test)?\.(\d{1,12})\.([\da-f]{64})$/;

/** `until`: milliseconds since 1970. */
export function signOverride({ serves, users }: Choice, until: number, secret: string): string {
  const text = `${serves}${users === 'test' ? '+test' : ''}.${Math.floor(until / 1000)}`;
  return `${text}.${signature(text, secret).toString('hex')}`;
}

/** What a valid override chooses. `now`: milliseconds since 1970. */
export function overridden(value: string, secret: string, now: number): Choice | undefined {
  const [, serves, test = '', until, signed] = FORM.exec(value) ?? [];
  if (signed === undefined || Number(until) * 1000 <= now) return undefined;
  const expected = signature(`${serves}${test}.${until}`, secret);
  if (!timingSafeEqual(Buffer.from(signed, 'hex'), expected)) return undefined;
  return { serves: serves as ServingLeg, users: test === '' ? 'real' : 'test' };
}

function signature(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}
