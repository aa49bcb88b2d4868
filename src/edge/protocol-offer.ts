/**
 * Offers to switch to other protocols (RFC 9110, section 7.8): WebSocket, and whatever else client and target agree on.
 */
import type { Fields } from '../model/exchange.ts';
import { fieldList } from '../wire/fields.ts';

/**
 * Protocols that are never offered to a target: requests inside HTTP/2 or TLS would pass unseen. The request is
 * forwarded without the offer. Some clients offer TLS with every request (RFC 2817, section 3.1), and work without it.
 */
const NEVER_OFFERED = /^(?:tls|ssl|http|h[23]c?)(?:$|[/-])/i;

/**
 * The protocols that a request offers to switch to, in the form sent to the target; empty where there are none. The
 * switch itself comes after the request, whose body may be long.
 */
export function offeredProtocols(fields: Fields): string {
  return members(fieldList(fields, 'upgrade'))
    .filter((protocol) => !NEVER_OFFERED.test(protocol))
    .join(', ');
}

/** Whether a response switches to a protocol that was offered. */
export function acceptsOffer(response: { readonly fields: Fields }, offered: string): boolean {
  const accepted = members(fieldList(response.fields, 'upgrade'));
  const offers = new Set(members(offered.toLowerCase()));
  return accepted.length > 0 && accepted.every((protocol) => offers.has(protocol.toLowerCase()));
}

function members(list: string | undefined): string[] {
  return (list ?? '').split(',').flatMap((member) => member.trim() || []);
}
