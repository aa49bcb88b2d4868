import * as z from 'zod';
import { COPY_MARKER } from '../../model/copy-marker.ts';
import type { Parsed } from '../address.ts';
import { fields } from './shape.ts';
import { HEADER_NAME, headerValue, pattern, value } from './values.ts';

/** Framing and routing are the proxy's own; with these changed it would not be the same request. */
const UNTOUCHABLE = [
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  COPY_MARKER,
];

function judge(written: string): Parsed<string> {
  const name = written.toLowerCase();
  if (!HEADER_NAME.test(written)) return { wrong: 'not a header name' };
  if (name === 'host') return { wrong: "the Host, which each target's host sets" };
  return UNTOUCHABLE.includes(name) ? { wrong: 'a header that Understudy sets itself' } : { value: written };
}

const changedHeader = () =>
  value({ allowed: 'a header name, such as x-build, that is not of the framing', json: pattern(HEADER_NAME) }, judge);

/** `requests`: whose, after "every". */
export const headerChanges = (requests: string) =>
  z.strictObject({
    set: fields(changedHeader(), headerValue())
      .prefault({})
      .meta({
        description: `Header fields that every ${requests} gets, in place of those of the same name.`,
        example: { 'x-environment': 'shadow' },
      }),
    remove: z
      .array(changedHeader().transform((name) => name.toLowerCase()))
      .prefault([])
      .meta({ description: `Header fields that no ${requests} gets.`, example: ['authorization'] }),
  });
