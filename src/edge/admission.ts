/** Whether a request is to be copied at all: what can be told at the edge, before anything is written to the tape. */

import { hash } from 'node:crypto';
import type { MirrorConfig, Route, SampleKey } from '../config/types.ts';
import { COPY_MARKER } from '../model/copy-marker.ts';
import type { SkipReason } from '../model/outcome.ts';
import { fieldList, fieldValue } from '../wire/fields.ts';
import type { ParsedRequest } from '../wire/message.ts';

export type MirrorState = 'on' | 'off' | 'draining';

/** The reason not to copy, or undefined. `marker`: the value that our own copies carry. */
export function admit(
  head: ParsedRequest,
  clientAddress: string,
  route: Route,
  mirror: Pick<MirrorConfig, 'salt'>,
  state: MirrorState,
  marker: string,
): SkipReason | undefined {
  if (state === 'draining') return 'draining';
  if (state === 'off') return 'disabled';
  if (!route.mirrored) return 'route';
  if (fieldValue(head.fields, COPY_MARKER) === marker) return 'loop';
  if (!route.mirror.methods.includes(head.method)) return 'method';
  if (typeof head.bodyLength === 'number' && head.bodyLength > route.mirror.maxBody) return 'too_large';
  return isSampled(head, clientAddress, route.mirror.sample, route.mirror.sampleBy, mirror.salt)
    ? undefined
    : 'unsampled';
}

/**
 * Sticky keys are hashed into [0, 1) with the salt, so that every replica decides alike and a smaller share lies inside
 * a larger one. A request without the key is in the sample only when everything is.
 */
function isSampled(head: ParsedRequest, clientAddress: string, share: number, by: SampleKey, salt: string): boolean {
  if (share >= 1) return true;
  if (share <= 0) return false;
  if (by.by === 'request') return Math.random() < share;
  const key = sampleKey(head, clientAddress, by);
  return key !== undefined && position(`${salt}\0${key}`) < share;
}

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
  for (const pair of cookies?.split(/[;,]/) ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Uniform in [0, 1): the first 48 bits of a SHA-256. */
function position(text: string): number {
  return hash('sha256', text, 'buffer').readUIntBE(0, 6) / 2 ** 48;
}
