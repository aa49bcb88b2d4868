import { BlockList, isIP, isIPv6 } from 'node:net';
import { bracketed } from '../lib/host.ts';

/** Port 0 asks for an ephemeral port. IPv6 hosts are without brackets. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** For a Unix socket; `host` is then `localhost` and `port` 0. */
  readonly socketPath?: string;
}

/** Where the admin server listens by default. */
export const DEFAULT_ADMIN = '127.0.0.1:9900';

/** The value that was read, or what is wrong with the text. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: string };

const HOSTNAME = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;
const ADDRESS = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/;

/** Reads `host:port` or `[IPv6]:port`. */
export function parseAddress(text: string): Parsed<ListenAddress> {
  const [, bracketed, bare, digits] = ADDRESS.exec(text) ?? [];
  if (digits === undefined) {
    if (isIPv6(text)) return { wrong: 'an IPv6 address without brackets and a port' };
    return { wrong: isHost(text) ? 'an address without a port' : 'not an address' };
  }
  if (bracketed !== undefined && !isIPv6(bracketed)) return { wrong: 'not an IPv6 address between the brackets' };
  const host = bracketed ?? bare ?? '';
  if (bracketed === undefined && !isHost(host)) return { wrong: 'not a host before the port' };
  const port = Number(digits);
  return port > 65_535 ? { wrong: 'a port above 65535' } : { value: { host: canonical(host), port } };
}

/** One spelling per address, so that two addresses can be compared as text. */
function canonical(host: string): string {
  const url = `http://${bracketed(host)}`;
  return URL.canParse(url) ? unbracketed(new URL(url).hostname) : host;
}

const unbracketed = (host: string) => host.replace(/^\[|\]$/g, '');

const UNIX = 'unix:';
/** Bytes of `sun_path`, less its final NUL (Linux: unix(7)). */
const LONGEST_PATH = 107;

function parseSocketPath(text: string): Parsed<string> {
  const path = text.slice(UNIX.length);
  if (!path.startsWith('/')) return { wrong: 'a Unix socket without an absolute path' };
  if (path.includes('\0') || path.endsWith('/')) return { wrong: 'not the path of a Unix socket' };
  return Buffer.byteLength(path) > LONGEST_PATH ? { wrong: 'a path that is too long for a socket' } : { value: path };
}

/** Reads `host:port`, `[IPv6]:port` or `unix:/path`. */
export function parseListenAddress(text: string): Parsed<ListenAddress> {
  if (!text.startsWith(UNIX)) return parseAddress(text);
  const path = parseSocketPath(text);
  return 'wrong' in path ? path : { value: { host: 'localhost', port: 0, socketPath: path.value } };
}

/** Path segments: characters that need no escape in a URL (RFC 3986, section 3.3), or escapes. */
const PREFIX = /^(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)*\/?$/;

/** Where a target listens. */
export interface Endpoint {
  /** As written, for messages. */
  readonly url: string;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** For a Unix socket; `host` and `port` are then only used for the Host header. */
  readonly socketPath?: string;
  /** Put before the path of each request; has no slash at its end. */
  readonly prefix?: string;
}

/**
 * Reads the URL of a target: `unix:/path`, or scheme, host and port with an optional path, which is put before the
 * path of each request.
 */
export function parseEndpoint(text: string): Parsed<Endpoint> {
  if (text.startsWith(UNIX)) {
    const path = parseSocketPath(text);
    if ('wrong' in path) return path;
    return { value: { url: text, protocol: 'http', host: 'localhost', port: 80, socketPath: path.value } };
  }
  if (!URL.canParse(text)) return { wrong: /^https?:\/\//i.test(text) ? 'not a valid URL' : 'not a URL' };
  const url = new URL(text);
  const protocol = url.protocol.slice(0, -1);
  // The URL parser accepts `http:host`, backslashes, tabs and a bare `?` or `#`. What the user meant by these is a
  // guess.
  if (protocol !== 'http' && protocol !== 'https') return { wrong: 'neither an http nor an https URL' };
  if (!/^https?:\/\/[^/\\\s]/i.test(text) || /[\\\s]/.test(text)) return { wrong: 'not a valid URL' };
  if (url.username !== '' || url.password !== '') return { wrong: 'a URL with credentials' };
  if (text.includes('?')) return { wrong: 'a URL with a query' };
  if (text.includes('#')) return { wrong: 'a URL with a fragment' };
  // The prefix is sent as written, so every reader must understand it in the same way.
  const path = /^[^:]+:\/\/[^/]+(.*)$/s.exec(text)?.[1] ?? '';
  if (!PREFIX.test(path) || url.pathname !== (path || '/')) return { wrong: 'a URL with a path that is not plain' };
  if (url.port === '0') return { wrong: 'a URL with port 0' };
  const port = url.port === '' ? (protocol === 'http' ? 80 : 443) : Number(url.port);
  const prefix = path.replace(/\/$/, '');
  const endpoint = { url: text, protocol, host: unbracketed(url.hostname), port } as const;
  return { value: prefix === '' ? endpoint : { ...endpoint, prefix } };
}

function isHost(text: string): boolean {
  // A last label of digits alone is a mistyped IPv4 address, never a name (WHATWG URL, "ends in a number").
  return isIP(text) === 4 || (HOSTNAME.test(text) && !/(?:^|\.)\d+$/.test(text));
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? /^(?:.+\.)?localhost$/i.test(host) : LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

const ANY = new BlockList();
ANY.addAddress('0.0.0.0');
ANY.addAddress('::', 'ipv6');

/** Whether the address stands for every interface of this machine. */
function isWildcard(host: string): boolean {
  const family = isIP(host);
  return family !== 0 && ANY.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Whether a connection to `other` can reach a listener on `listen`: same port, and hosts that mean the same interface
 * of this machine. Other names of this machine are not recognized; the loop marker stops those.
 */
export function reaches(other: ListenAddress, listen: ListenAddress): boolean {
  if (listen.socketPath !== undefined || other.socketPath !== undefined) return listen.socketPath === other.socketPath;
  if (listen.port === 0 || listen.port !== other.port) return false;
  if (listen.host === other.host || isWildcard(other.host)) return true;
  if (!isLoopback(other.host)) return false;
  // A name may mean any loopback address; two literal addresses must be equal.
  return isWildcard(listen.host) || (isLoopback(listen.host) && (isIP(listen.host) === 0 || isIP(other.host) === 0));
}

/** Whether two listeners would want the same port of the same interface. */
export function collide(one: ListenAddress, other: ListenAddress): boolean {
  return reaches(one, other) || (isWildcard(other.host) && other.port !== 0 && one.port === other.port);
}

/** As written in a configuration and in a URL. */
export function formatAddress({ host, port, socketPath }: ListenAddress): string {
  return socketPath === undefined ? `${bracketed(host)}:${port}` : `${UNIX}${socketPath}`;
}
