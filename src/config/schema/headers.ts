import * as z from 'zod';
import { COPY_MARKER } from '../../model/copy-marker.ts';
import type { Parsed } from '../address.ts';
import { fields } from './shape.ts';
import { HEADER_NAME, headerValue, pattern, value } from './values.ts';

/** The proxy itself sets framing and routing fields. With these changed, the copy would be another request. */
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

function judge(written: string, others: readonly RegExp[]): Parsed<string> {
  const name = written.toLowerCase();
  if (!HEADER_NAME.test(written)) return { wrong: 'not a header name' };
  if (name === 'host') return { wrong: 'the Host, which is set by host of each target' };
  const isOwn = UNTOUCHABLE.includes(name) || others.some((other) => other.test(name));
  return isOwn ? { wrong: 'a header that Understudy sets itself' } : { value: written };
}

/** As written. `others`: further names that are refused. */
export const changedHeader = (...others: readonly RegExp[]) =>
  value(
    { allowed: 'a header name, such as x-build, and not one of the message framing', json: pattern(HEADER_NAME) },
    (written) => judge(written, others),
  );

/** `requests`: the requests that are changed; it follows "every" or "no". */
export const headerChanges = (requests: string) =>
  z.strictObject({
    set: fields(changedHeader(), headerValue())
      .prefault({})
      .meta({
        description: `Header fields that every ${requests} gets. They replace fields of the same name.`,
        example: { 'x-environment': 'shadow' },
      }),
    remove: z
      .array(changedHeader().transform((name) => name.toLowerCase()))
      .prefault([])
      .meta({ description: `Header fields that no ${requests} gets.`, example: ['authorization'] }),
  });
