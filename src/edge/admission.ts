/** Whether a request is to be copied at all: what can be told at the edge, before anything is written to the tape. */

import { hash } from 'node:crypto';
import type { MirrorConfig, Route, SampleKey } from '../config/types.ts';
import { COPY_MARKER } from '../model/copy-marker.ts';
import type { SkipReason } from '../model/outcome.ts';
import { fieldList, fieldValue } from '../wire/fields.ts';
import type { ParsedRequest } from '../wire/message.ts';

export type MirrorState = 'on' | 'off' | 'draining';

/** The reason not to copy, or undefined. `keyless` is `unsampled` for want of a key. `marker`: the value that our own copies carry. */
export function admit(
  head: ParsedRequest,
  clientAddress: string,
  route: Route,
  mirror: Pick<MirrorConfig, 'salt'>,
  state: MirrorState,
  marker: string,
): SkipReason | 'keyless' | undefined {
  if (state === 'draining') return 'draining';
  if (state === 'off') return 'disabled';
  if (!route.mirrored) return 'route';
  if (fieldValue(head.fields, COPY_MARKER) === marker) return 'loop';
  if (!route.mirror.methods.includes(head.method)) return 'method';
  if (typeof head.bodyLength === 'number' && head.bodyLength > route.mirror.maxBody) return 'too_large';
  const { sample, sampleBy } = route.mirror;
  if (sample >= 1) return undefined;
  if (sample <= 0) return 'unsampled';
  if (sampleBy.by === 'request') return Math.random() < sample ? undefined : 'unsampled';
  const key = sampleKey(head, clientAddress, sampleBy);
  if (key === undefined || key === '') return 'keyless';
  return position(`${mirror.salt}\0${key}`) < sample ? undefined : 'unsampled';
}

/**
 * Sticky keys are hashed into [0, 1) with the salt, so that every replica decides alike and a smaller share lies inside
 * a larger one. A request without the key is in the sample only when everything is: sampled for itself, it would show
 * the shadow a part of what someone does who is not in the sample.
 */
function sampleKey(
  head: ParsedRequest,
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
    const length = cookies.slice(from).search(/[;,]/);
    return cookies.slice(from, length < 0 ? undefined : from + length).trim();
  }
  return undefined;
}

/** Whether there is nothing in front but a separator and white space. */
function beginsPair(cookies: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (cookies[before] === ' ' || cookies[before] === '\t')) before--;
  return before < 0 || cookies[before] === ';' || cookies[before] === ',';
}

/** Uniform in [0, 1): the first 48 bits of a SHA-256. */
function position(text: string): number {
  return hash('sha256', text, 'buffer').readUIntBE(0, 6) / 2 ** 48;
}
