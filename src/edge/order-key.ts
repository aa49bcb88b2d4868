import type { OrderKey } from '../config/types.ts';
import type { Fields } from '../model/exchange.ts';
import { fieldList, fieldValue } from '../wire/fields.ts';
import { cookie } from './sampling.ts';

/**
 * The key by which copies keep their order, 32 bits unsigned; 0 where they keep none. Hashes have the uppermost bit, which
 * numbers of connections (1 to 2^31 - 1) don't. Two values with one hash only make copies wait for each other.
 */
export function orderKey(fields: Fields, connection: number, by: OrderKey): number {
  switch (by.by) {
    case 'connection':
      return connection;
    case 'none':
      return 0;
    case 'header':
      return hashed(fieldValue(fields, by.name)) ?? connection;
    case 'cookie':
      return hashed(cookie(fieldList(fields, 'cookie'), by.name)) ?? connection;
  }
}

/** FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv. */
function hashed(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash | 0x80000000) >>> 0;
}
