/**
 * The header that a balancer sends first on a connection, to name the client: versions 1 and 2 of the PROXY protocol
 * (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, sections 2.1 and 2.2).
 */
import { isIPv4, isIPv6 } from 'node:net';

export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed' }
  /** `source`: the client's address, where the header names a client with an IP address. */
  | { readonly kind: 'complete'; readonly length: number; readonly source?: string };

const INCOMPLETE: ProxyHeader = { kind: 'incomplete' };
const MALFORMED: ProxyHeader = { kind: 'malformed' };

const V1_PREFIX = Buffer.from('PROXY ');
/** The longest line that section 2.1 allows, with its CR LF. */
const V1_LONGEST = 107;
const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_FIXED = 16;
/** Far more than any balancer needs for addresses and extensions. The length field would allow 64 KiB. */
const V2_LONGEST = 4096;

/** Reads the header at the beginning of a connection's input so far. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (begins(bytes, V1_PREFIX)) return bytes.length < V1_PREFIX.length ? INCOMPLETE : parseV1(bytes);
  if (begins(bytes, V2_SIGNATURE)) return bytes.length < V2_FIXED ? INCOMPLETE : parseV2(bytes);
  return MALFORMED;
}

/** Whether the bytes agree with the prefix, as far as there are any. */
function begins(bytes: Buffer, prefix: Buffer): boolean {
  const length = Math.min(bytes.length, prefix.length);
  return bytes.compare(prefix, 0, length, 0, length) === 0;
}

function parseV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, V1_LONGEST).indexOf('\r\n');
  if (end < 0) return bytes.length < V1_LONGEST ? INCOMPLETE : MALFORMED;
  const length = end + 2;
  const [, family, source = '', destination = '', ...ports] = bytes.toString('latin1', 0, end).split(' ');
  if (family === 'UNKNOWN') return { kind: 'complete', length };
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined;
  if (isAddress === undefined || !isAddress(source) || !isAddress(destination)) return MALFORMED;
  return ports.length === 2 && ports.every(isPort) ? { kind: 'complete', length, source: unmapped(source) } : MALFORMED;
}

const isPort = (text: string) => /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;

function parseV2(bytes: Buffer): ProxyHeader {
  const [version, command] = halves(bytes[12]!);
  const [family, transport] = halves(bytes[13]!);
  const length = V2_FIXED + bytes.readUInt16BE(14);
  if (version !== 2 || command > 1 || family > 3 || transport > 2 || length > V2_LONGEST) return MALFORMED;
  if (bytes.length < length) return INCOMPLETE;
  const addresses = bytes.subarray(V2_FIXED, length);
  const source = SOURCES[family];
  // The balancer's own connection (LOCAL), mostly a health check; or a client without an IP address.
  if (command === 0 || source === undefined) return { kind: 'complete', length };
  if (addresses.length < source.needs) return MALFORMED;
  return { kind: 'complete', length, source: source.read(addresses) };
}

const halves = (byte: number): [number, number] => [byte >> 4, byte & 15];

/** By address family: the bytes of both addresses and ports, and how to read the first address. */
const SOURCES: readonly ({ needs: number; read: (bytes: Buffer) => string } | undefined)[] = [
  undefined,
  { needs: 12, read: (bytes) => bytes.subarray(0, 4).join('.') },
  { needs: 36, read: (bytes) => unmapped(formatIPv6(bytes.subarray(0, 16))) },
  undefined,
];

function formatIPv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16));
  return groups.join(':');
}

/** The address in its canonical form; an IPv4 address inside an IPv6 one as IPv4. */
function unmapped(address: string): string {
  if (isIPv4(address)) return address;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
