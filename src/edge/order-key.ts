import type { OrderKey } from '../config/types.ts';
import { fnv1a } from '../lib/fnv.ts';
import type { Fields } from '../model/exchange.ts';
import { fieldList, fieldValue } from '../wire/fields.ts';
import { cookie } from './sampling.ts';

/**
 * The key by which copies keep their order, 32 bits unsigned; 0 where they have no order. Hashes have the uppermost bit
 * set; connection numbers (1 to 2^31 - 1) don't. Where two values share a hash, their copies wait for each other,
 * nothing worse.
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

function hashed(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  return (fnv1a(text) | 0x80000000) >>> 0;
}
