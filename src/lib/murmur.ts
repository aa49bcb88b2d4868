/**
 * MurmurHash3_x86_32 with seed 0, by Austin Appleby (https://github.com/aappleby/smhasher, public domain): 32 bits,
 * unsigned. It spreads well, costs a tenth of a cryptographic hash, and exists for every language. Each character of
 * the text is one byte, as in header fields.
 */
export function murmur3(bytes: string): number {
  const { length } = bytes;
  const whole = length & ~3;
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    hash ^= scrambled(
      byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24),
    );
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = length - 1; at >= whole; at--) tail = (tail << 8) | byte(bytes, at);
  hash ^= scrambled(tail) ^ length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function byte(bytes: string, at: number): number {
  return bytes.charCodeAt(at) & 0xff;
}

function scrambled(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
