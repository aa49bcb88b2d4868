import * as z from 'zod';
import { IGNORED_HEADER_GROUPS } from '../../model/headers.ts';
import { rule } from './rules.ts';
import { choice, duration, headerName, pattern, size, text, value } from './values.ts';

const rules = z.array(rule).meta({
  description:
    'Differences that are expected. Global rules are tried first, then those of the route; the first that fits accepts the difference. A rule applies to the place that it names; only ignore and subset also apply to everything below.',
  hazard: 'A rule can outlive its cause: give it a reason, an owner and a last day.',
  example: [
    {
      path: '$.items[*].price',
      within: '0.01',
      reason: 'rounding was corrected',
      owner: 'orders',
      until: '2099-12-31',
    },
    { path: '$.updatedAt', as: 'timestamp', within: '2s' },
    { path: '$.requestId', as: 'uuid' },
    { path: '$.version', matches: '^v[0-9]+$' },
    { path: '$.state', oneOf: ['open', 'new'] },
    { path: '$.customer', rename: 'client' },
    { path: '$.tags', unordered: 'true' },
    { path: '$.items', key: 'id' },
    { header: 'x-build', ignore: 'true' },
  ],
});

const builtIn = IGNORED_HEADER_GROUPS.map(({ reason, names }) => `${names.join(', ')} (${reason})`).join('; ');

const ignoreHeaders = z.array(headerName()).meta({
  description: `Response headers that are not compared, in addition to the built-in list; those of a route are added to the global ones. Built in: ${builtIn}.`,
  example: ['x-build'],
});

const decodedSize = size({ min: '1KiB', max: '1GiB' });
const decodedMeta = {
  description:
    'The largest body, decompressed, that is compared by structure. The beginning of a larger text is compared by line; everything else in a larger body is compared by byte.',
  unit: 'bytes after decompression',
  example: '1MiB',
  hazard: 'A few compressed bytes can decompress to a huge body, and the compare thread holds two of them.',
};
const maxDecoded = decodedSize.meta(decodedMeta);

const budget = duration({ min: '1ms', max: '1m' }).meta({
  example: '20ms',
  description:
    'The CPU time that the comparison of one pair may take, however busy the machine is. If it takes longer, it stops with an additional difference, budget at $, that says where it stopped. What was found before is kept.',
  hazard: 'Pairs wait for each other. A pair that waits too long is skipped, reason compare_backlog.',
});

/** How bodies are read: in the configuration, and as the meaning of a media type. */
const BODY_FORMATS = [
  'json',
  'ndjson',
  'json-seq',
  'event-stream',
  'csv',
  'html',
  'xml',
  'yaml',
  'form',
  'multipart',
  'msgpack',
  'protobuf',
  'grpc',
  'text',
  'binary',
] as const;

const format = choice(BODY_FORMATS).optional().meta({
  description:
    'The format of the bodies, whatever their Content-Type says: json compares by structure, text by line, binary by byte.',
  absent:
    'what the Content-Type says; JSON, XML and HTML are also recognized by how they begin, if both bodies can be read that way',
  example: 'json',
});

/** RFC 6454, section 6.2. */
const ORIGIN = /^https?:\/\/[^/?#@\\\s]+\/?$/i;

const descriptors = text({
  noun: 'a file name',
  form: /^[^\0]+$/,
  allowed: 'the name of a file, relative to the working directory',
});

const message = text({
  noun: 'a full name',
  form: /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/,
  allowed: 'the full name of a message, such as shop.v1.Order',
});

const protobuf = z
  .strictObject({
    descriptors: descriptors.optional().meta({
      description:
        'The types, as a FileDescriptorSet: protoc --include_imports --descriptor_set_out=FILE, or buf build -o FILE. Read again on every reload.',
      absent: 'those under compare; without any, fields are compared by their numbers',
      example: '/etc/understudy/shop.binpb',
    }),
    message: message.optional().meta({
      description:
        'The type of the messages in the responses, where neither the media type nor a gRPC method tells it.',
      absent: 'for gRPC, the response type of the method in the path',
      example: 'shop.v1.Order',
    }),
  })
  .optional()
  .meta({ description: 'Where the field names of protobuf and gRPC messages come from.' });

const origin = value<string>(
  { allowed: 'scheme, host and port, such as https://a.internal:8443', json: pattern(ORIGIN) },
  (written) => {
    if (!ORIGIN.test(written) || !URL.canParse(written)) return { wrong: 'not an origin' };
    return { value: new URL(written).origin };
  },
);

const ownOrigins = z.union([origin.transform((only): readonly string[] => [only]), z.array(origin)]);

const ABSENT = "the target's URL, without its path";

const origins = z
  .strictObject({
    primary: ownOrigins.optional().meta({
      description: 'Origins of the primary: one, or a list; an empty list for none.',
      absent: ABSENT,
      example: 'https://a.internal',
    }),
    shadow: ownOrigins.optional().meta({
      description: 'Origins of the shadow.',
      absent: ABSENT,
      example: ['https://b.internal', 'http://10.0.0.7:8080'],
    }),
    control: ownOrigins.optional().meta({
      description: 'Origins of the control.',
      absent: ABSENT,
      example: 'https://c.internal',
    }),
  })
  .optional()
  .meta({
    description:
      "The origins that each target uses for itself. They are treated as equal: if each target names its own origin in the same place of a body or a header field, that is not a difference. This applies to any URL (also with ws or wss, percent-encoded or escaped), and to host and port as a separate word. If one side names another target's origin, that is a difference.",
    hazard: 'An internal origin that clients must not see goes unnoticed if the primary shows its own, too.',
  });

const options = { rules, ignoreHeaders, maxDecoded, budget, format, protobuf, origins };

export const compare = z
  .strictObject({
    ...options,
    rules: rules.prefault([]),
    ignoreHeaders: ignoreHeaders.prefault([]),
    maxDecoded: z
      .union([choice(['auto']), decodedSize])
      .prefault('auto')
      .meta({
        ...decodedMeta,
        description: `${decodedMeta.description} auto: a twelfth of mirror.memory for each edge thread, at least 1MiB and at most 8MiB.`,
      }),
    budget: budget.prefault('50ms'),
  })
  .prefault({})
  .meta({ description: 'How two responses are compared.' });

/** What a route may set for itself. */
export const routeCompare = z.strictObject(options).partial();
