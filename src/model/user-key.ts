import { createHmac } from 'node:crypto';
import type { UserKey } from './experiment.ts';

/** Hexadecimal digits: 128 bits, of which two users never have the same. */
const LENGTH = 32;

/**
 * Makes the keys that stand for users in results. `secret`: the key of the tokens (`redact.key`), from which the key of
 * this hash is derived (HMAC-SHA-256, RFC 2104), so that a token and a user's key are never equal. Replicas with one
 * secret make the same keys. Bytes are those of the header field or cookie that tells users apart: as latin1 where
 * they come from a request's head, as UTF-8 where they come from JSON.
 */
export function userKeys(secret: Uint8Array): (id: string, encoding: 'latin1' | 'utf8') => UserKey {
  const key = createHmac('sha256', secret).update('users of experiments').digest();
  return (id, encoding) => createHmac('sha256', key).update(id, encoding).digest('hex').slice(0, LENGTH);
}
