/**
 * Which calls are refused, whoever makes them, for two kinds of attackers. Who is let in is a matter of entrance.ts.
 *
 * - `checkHost` rejects pages that reach this address under their own name (DNS rebinding). Without a token the server
 * listens only on loopback, so a Host that is not loopback was meant for another server. Browsers send a Host with every
 * request; who sends none may be a balancer that probes by HTTP/1.0, and gets what is open to everybody.
 * - `checkSameSite` rejects pages of other sites that make a browser send a changing request with its stored
 * credentials. Reading needs no such check: without CORS headers, such pages never see the response.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../config/address.ts';
import type { Endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

/**
 * @param access what the request asks for: open to everybody, or not
 * @param guarded whether a token is configured: what it protects, a page under another name can't see
 */
export function checkHost({ host }: IncomingHttpHeaders, access: Endpoint['access'], guarded: boolean): void {
  if (guarded || (host === undefined && access === 'open')) return;
  const [, literal, name] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(host ?? '') ?? [];
  if (isLoopback(literal ?? name ?? '')) return;
  throw new Problem(
    'misdirected',
    'This server only accepts loopback names and addresses as Host, because no token is configured.',
  );
}

export function checkSameSite(headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  // `same-site` is rejected too: ports do not count, so every page served by this machine is of the same site.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Problem('cross_site', 'A page of another origin may not change anything here.');
  }
  if (headers.origin !== undefined && hostOf(headers.origin) !== (headers.host ?? '').toLowerCase()) {
    throw new Problem('cross_site', 'A page of another origin may not change anything here.');
  }
  const type = headers['content-type'];
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  // Forms of other sites can send text and form data without permission, but not JSON.
  if ((type !== undefined || hasBody) && !/^application\/json *(?:;|$)/i.test(type ?? '')) {
    throw new Problem('not_json', `Send the body with Content-Type: application/json; found ${type ?? 'none'}.`);
  }
}

/** Undefined for `null`, which senders use to hide their origin. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
