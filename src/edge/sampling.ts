/** Whether a request is in the sample of its route. */

import { hash } from 'node:crypto';
import type { RouteMirror, SampleKey } from '../config/types.ts';
import { fieldList, fieldValue } from '../wire/fields.ts';
import type { ReceivedHead } from './request-head.ts';

/** `keyless`: it is not in the sample because it has no key. */
export type Sampled = 'in' | 'out' | 'keyless';

/** @param random in [0, 1) */
export function sampled(
  head: ReceivedHead,
  clientAddress: string,
  { sample, sampleBy }: Pick<RouteMirror, 'sample' | 'sampleBy'>,
  salt: string,
  random: () => number,
): Sampled {
  if (sample >= 1) return 'in';
  if (sample <= 0) return 'out';
  if (sampleBy.by === 'request') return random() < sample ? 'in' : 'out';
  const key = sampleKey(head, clientAddress, sampleBy);
  if (key === undefined || key === '') return 'keyless';
  return position(`${salt}\0${key}`) < sample ? 'in' : 'out';
}

/**
 * Sticky keys are hashed into [0, 1) with the salt, so that every replica decides alike and a smaller share lies inside
 * a larger one. A request without the key is in the sample only at 100%: sampled by chance, it could belong to a user
 * whose other requests the shadow does not see.
 */
function sampleKey(
  head: ReceivedHead,
  clientAddress: string,
  by: Exclude<SampleKey, { by: 'request' }>,
): string | undefined {
  switch (by.by) {
    case 'address':
      return clientAddress;
    case 'header':
      return fieldValue(head.fields, by.name);
    case 'cookie':
      return cookie(fieldList(head.fields, 'cookie'), by.name);
  }
}

/** The value of the first cookie of that name. */
export function cookie(cookies: string | undefined, name: string): string | undefined {
  if (cookies === undefined) return undefined;
  for (let at = cookies.indexOf(`${name}=`); at >= 0; at = cookies.indexOf(`${name}=`, at + 1)) {
    if (!beginsPair(cookies, at)) continue;
    const from = at + name.length + 1;
    return cookies.slice(from, endOfPair(cookies, from)).trim();
  }
  return undefined;
}

/** Whether only white space lies between the previous separator and this position. */
function beginsPair(cookies: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (cookies[before] === ' ' || cookies[before] === '\t')) before--;
  return before < 0 || cookies[before] === ';' || cookies[before] === ',';
}

function endOfPair(cookies: string, from: number): number {
  for (let at = from; at < cookies.length; at++) {
    const code = cookies.charCodeAt(at);
    if (code === SEMICOLON || code === COMMA) return at;
  }
  return cookies.length;
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;

/** Uniform in [0, 1): the first 48 bits of a SHA-256. As text it costs half as much as in a buffer. */
function position(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16) / 2 ** 48;
}
