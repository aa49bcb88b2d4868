import { murmur3 } from '../lib/murmur.ts';
import { BUCKETS } from '../model/rollout.ts';

/** 32 bits, of salt, NUL and id. It spreads users, and keeps no secret. */
export function userHash(id: string, salt: string): number {
  return murmur3(`${salt}\0${id}`);
}

/** The bucket of such a hash, from 0 to 9,999: its share of 2^32, in 10,000ths. */
export function bucketAt(hash: number): number {
  return Math.floor((hash * BUCKETS) / 2 ** 32);
}
