import { isIP } from 'node:net';
import type { Parsed } from '../address.ts';
import { value } from './values.ts';

/** All clients that connect to a Unix socket. */
export const UNIX_CLIENTS = 'unix:';

const ALLOWED = 'an IP address, a network such as 10.0.0.0/8 or fd00::/8, or unix: for clients of a Unix socket';

/** An IP address, a network in CIDR notation, or `unix:`; kept as it is written. */
export const network = () => value({ allowed: ALLOWED, json: { type: 'string' } }, parseNetwork);

function parseNetwork(text: string): Parsed<string> {
  if (text === UNIX_CLIENTS) return { value: text };
  const [address = '', prefix, ...rest] = text.split('/');
  // A zone names an interface of one machine; it cannot be matched.
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 0 || rest.length > 0) return { wrong: 'neither an IP address nor a network' };
  if (prefix === undefined) return { value: text };
  if (!/^\d{1,3}$/.test(prefix)) return { wrong: 'a network without a prefix length' };
  const longest = family === 4 ? 32 : 128;
  return Number(prefix) > longest ? { wrong: `a prefix of more than ${longest} bits` } : { value: text };
}
