/**
 * Who may call. There are three checks, for three kinds of attackers:
 *
 * - `checkHost` rejects pages that reach this address under their own name (DNS rebinding). Without a token the server
 * listens only on loopback, so a Host that is not loopback was meant for another server.
 * - `checkToken` rejects everybody without the token. HTTP Basic with the token as password is equivalent, and
 * browsers can ask their users for it.
 * - `checkSameSite` rejects pages of other sites that make a browser send a changing request with its stored
 * credentials. Reading needs no such check: without CORS headers, such pages never see the response.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../config/address.ts';
import { Problem } from './problem.ts';

const CHALLENGES = ['Bearer realm="understudy"', 'Basic realm="understudy", charset="UTF-8"'];

export function checkHost({ host = '' }: IncomingHttpHeaders, token: string | undefined): void {
  if (token !== undefined) return;
  const [, literal, name] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(host) ?? [];
  if (isLoopback(literal ?? name ?? '')) return;
  throw new Problem(
    'misdirected',
    'This server only accepts loopback names and addresses as Host, because no token is configured.',
  );
}

export function checkToken({ authorization = '' }: IncomingHttpHeaders, token: string | undefined): void {
  if (token === undefined) return;
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? [];
  const given = scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : Buffer.from(credentials, 'latin1');
  // Digests have the same length, so that the comparison reveals nothing about the token's.
  if (timingSafeEqual(digest(given), digest(Buffer.from(token)))) return;
  const detail = 'Send the configured token: Authorization: Bearer TOKEN, or Basic with it as password.';
  throw new Problem('unauthorized', detail, { headers: { 'www-authenticate': CHALLENGES } });
}

function passwordOf(credentials: string): Buffer {
  const pair = Buffer.from(credentials, 'base64');
  return pair.subarray(pair.indexOf(':') + 1);
}

function digest(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
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
