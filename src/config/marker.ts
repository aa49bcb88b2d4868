import { createHash } from 'node:crypto';
import type { Config } from './types.ts';

/**
 * The value of the header that marks our copies. It is the same on all replicas with the same configuration, so that
 * each recognizes the copies of the others.
 */
export function markerOf({ mirror, services }: Config): string {
  const parts = [mirror.salt, ...services.flatMap(({ primary, shadow }) => [primary.url, shadow?.url])];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}
