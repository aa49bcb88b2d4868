import * as z from 'zod';
import { fields } from './shape.ts';
import { fieldName, headerValue, method, text } from './values.ts';

/** Literal characters of a segment (RFC 3986, pchar, without `;` and `*`) that does not begin with a colon. */
const LITERAL = "(?:[A-Za-z0-9._~!$&'()+,=@-]|%[0-9A-Fa-f]{2})(?:[A-Za-z0-9._~!$&'()+,=@:-]|%[0-9A-Fa-f]{2})*";
const SEGMENT = `/(?!\\.{1,2}(?:/|$))(?:${LITERAL}|:[A-Za-z_][A-Za-z0-9_]*)`;

export const pathTemplate = text({
  noun: 'a path template',
  form: new RegExp(`^(?:/|(?:${SEGMENT})+/?|(?:${SEGMENT})*/\\*)$`),
  allowed: 'a path such as /api/orders/:id or /static/*, without a query, empty segments or dot segments',
});

const host = text({
  noun: 'a host name',
  form: /^(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$|^\[[0-9A-Fa-f:.]+\]$/,
  allowed: 'a host name without port, such as api.example.com or *.example.com',
}).transform((written) => written.toLowerCase().replace(/\.$/, ''));

const ANY = '*';

export const match = z.strictObject({
  path: pathTemplate.optional().meta({
    description:
      'The path, without query: literal segments, :name for any one segment, a final * for the rest. Before matching, unreserved escapes in the path are decoded, and empty and dot segments are resolved.',
    absent: 'any path',
    example: '/api/orders/:id',
  }),
  methods: z
    .array(method())
    .min(1)
    .optional()
    .meta({ description: 'The methods.', absent: 'any method', example: ['GET'] }),
  host: host.optional().meta({
    description:
      'The host that the client asked for, whatever the port; *.example.com is any host below it. Before matching, the name is put in lower case, a final dot is removed and escapes are decoded.',
    absent: 'any host',
    example: 'api.example.com',
  }),
  headers: fields(fieldName(), headerValue())
    .transform((record) =>
      Object.entries(record).map(([name, value]) => ({ name, value: value === ANY ? undefined : value })),
    )
    .optional()
    .meta({
      description:
        'Headers with the value that each must have, or * if any value will do. If a request has several fields of a name, one of them must match.',
      absent: 'any headers',
      example: { 'x-client': 'mobile', 'x-session': ANY },
    }),
});
