import * as z from 'zod';
import type { HeaderPart, RuleEffect } from '../rule-types.ts';
import { value } from './values.ts';

/** What a rule may be about, other than a path in a body. */
export interface WrittenHeader {
  /** In lower case. */
  readonly header: string;
  readonly part: HeaderPart | undefined;
}

/** Names as in RFC 9110, section 5.6.2; names of parts may not contain brackets. */
const HEADER_PLACE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\[([^[\]]+)\](?:\.([A-Za-z-]+))?)?$/;

export const headerPlace = () =>
  value<WrittenHeader>(
    {
      allowed:
        'a header name, such as x-build; or one of its parts, such as set-cookie[sid], set-cookie[sid].expires or cache-control[max-age]',
      json: { type: 'string', pattern: HEADER_PLACE.source },
    },
    (written) => {
      if (written === '') return { wrong: 'empty' };
      const [, header, name, attribute] = HEADER_PLACE.exec(written) ?? [];
      if (header === undefined) return { wrong: 'not a header name' };
      const lower = header.toLowerCase();
      if (name === undefined) return { value: { header: lower, part: undefined } };
      if (attribute === undefined) return { value: { header: lower, part: { name } } };
      if (lower !== 'set-cookie') return { wrong: 'an attribute of something other than a cookie' };
      return { value: { header: lower, part: { name, attribute: attribute.toLowerCase() } } };
    },
  );

const statusPattern = value<string>(
  {
    allowed: 'a status such as 400, or a class such as 4xx',
    json: { type: ['integer', 'string'], pattern: '^[1-5](?:\\d\\d|[xX]{2})$', minimum: 100, maximum: 599 },
  },
  (written) => (/^[1-5](?:\d\d|xx)$/i.test(written) ? { value: written.toLowerCase() } : { wrong: 'not a status' }),
);

/** The primary's status and the shadow's. */
export const statusPair = z
  .array(statusPattern)
  .check(
    z.superRefine((pair, context) => {
      if (pair.length === 2) return;
      context.addIssue({ code: 'custom', message: 'not two statuses', params: { allowed: 'two, such as [500, 400]' } });
    }),
  )
  .transform(([primary, shadow]): RuleEffect => ({ kind: 'status', primary: primary!, shadow: shadow! }));
