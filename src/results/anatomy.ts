/** What the places of one signature say about its two responses. */
import type { Place } from '../model/difference.ts';
import type { StoredSignature } from '../model/store-reader.ts';

export interface Anatomy {
  readonly row: StoredSignature;
  /** The place `status`, if it differs. */
  readonly status: readonly Place[];
  /** Places in the body, and header fields that describe the body or the status. */
  readonly content: readonly Place[];
  /** All other header and trailer fields. */
  readonly fields: readonly Place[];
  /** Fields that are computed from the body, if that differs as well. They are not differences of their own. */
  readonly follows: readonly Place[];
}

/** The places of a signature that belong to one cause. */
export interface Part {
  readonly of: Anatomy;
  readonly places: readonly Place[];
}

/** Validators, digests and lengths: another body gives another value. */
const MADE_FROM_BODY =
  /^(?:etag|last-modified|content-(?:length|md5|digest|crc32)|(?:repr-)?digest|x-(?:amz-checksum-.+|checksum(?:-.+)?|goog-hash|ms-(?:blob-content-md5|content-crc64)|content-(?:md5|sha256|digest)))$/;

/** Fields that change with the kind of body or status. */
const SAYS_WHAT_IT_IS =
  /^(?:content-.+|etag|last-modified|accept-ranges|location|allow|retry-after|www-authenticate|proxy-authenticate)$/;

const FIELD = /^(?:header|trailer)\.([^[]+)/;

export function anatomyOf(row: StoredSignature): Anatomy {
  const bodyDiffers = row.places.some(isBody);
  const parts = { status: [] as Place[], content: [] as Place[], fields: [] as Place[], follows: [] as Place[] };
  for (const place of row.places) {
    const field = fieldOf(place);
    if (place.path === 'status') parts.status.push(place);
    else if (field === undefined) parts.content.push(place);
    else if (bodyDiffers && MADE_FROM_BODY.test(field)) parts.follows.push(place);
    else (SAYS_WHAT_IT_IS.test(field) ? parts.content : parts.fields).push(place);
  }
  return { row, ...parts };
}

/** Whether the bytes of the body differ at this place. If so, computed fields differ as well. */
export function isBody(place: Place): boolean {
  return place.path !== 'status' && (fieldOf(place) ?? 'content-encoding') === 'content-encoding';
}

/** The name of the header or trailer field that a place is of. */
function fieldOf({ path }: Place): string | undefined {
  return FIELD.exec(path)?.[1];
}
