import { randomBytes } from 'node:crypto';
import type { Lane } from './lane.ts';

/** Milliseconds for which one secret seals TLS session tickets. */
const LIFE = 12 * 3_600_000;

/** Gives all lanes a new secret now and then: a leaked key only exposes the sessions of its lifetime (RFC 5077, section 5.5). */
export function keepRenewingTickets(lanes: readonly Lane[]): void {
  const renew = () => {
    const secret = randomBytes(32);
    for (const lane of lanes) lane.renewTickets(secret);
  };
  setInterval(renew, LIFE).unref();
}
