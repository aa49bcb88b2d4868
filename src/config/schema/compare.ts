import * as z from 'zod';
import { IGNORED_HEADER_GROUPS } from '../../model/headers.ts';
import { rule } from './rules.ts';
import { choice, duration, headerName, pattern, size, text, value } from './values.ts';

const rules = z.array(rule).meta({
  description:
    'Differences that are expected. The global rules come first, then those of the route; the first that fits accepts. What a rule says holds at the place that it names; only ignore and subset reach what is below.',
  hazard: 'A rule outlives its cause: give it a reason, an owner and a last day.',
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
  description: `Response headers that are not compared, beside the built-in list; a route adds to the global ones. Built in: ${builtIn}.`,
  example: ['x-build'],
});

const decodedSize = size({ min: '1KiB', max: '1GiB' });
const decodedMeta = {
  description:
    'The largest body, decompressed, that is compared by its structure. Of a larger one the beginning is compared by line, if it is text, and the rest by its bytes.',
  unit: 'bytes after decompression',
  example: '1MiB',
  hazard: 'A few compressed bytes can decompress to any size; the compare thread holds two such bodies.',
};
const maxDecoded = decodedSize.meta(decodedMeta);

const budget = duration({ min: '1ms', max: '1m' }).meta({
  example: '20ms',
  description:
    'The processor time that the comparison of one pair may take, however busy the machine is. Past it there is one difference more, budget at $, which tells where it stopped; what was found before stays.',
  hazard: 'Pairs wait for each other; what waits too long is skipped, reason compare_backlog.',
});

/** How bodies are read: for the configuration, and for what a media type stands for. */
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
    'What the bodies are, whatever their Content-Type says: json compares by structure, text by line, binary by byte.',
  absent:
    'what the Content-Type says; JSON, XML and HTML are also known by how they begin, where both bodies can be read so',
  example: 'json',
});

/** RFC 6454, section 6.2. */
const ORIGIN = /^https?:\/\/[^/?#@\\\s]+\/?$/i;

const descriptors = text({
  noun: 'a file name',
  form: /^[^\0]+$/,
  allowed: 'the name of a file, from the working directory',
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
      absent: 'for gRPC, what the method of the path answers with',
      example: 'shop.v1.Order',
    }),
  })
  .optional()
  .meta({ description: 'What names the fields of protobuf and gRPC messages.' });

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
      description: 'Those of the primary: one, or a list; an empty list for none.',
      absent: ABSENT,
      example: 'https://a.internal',
    }),
    shadow: ownOrigins.optional().meta({
      description: 'Those of the shadow.',
      absent: ABSENT,
      example: ['https://b.internal', 'http://10.0.0.7:8080'],
    }),
    control: ownOrigins.optional().meta({
      description: 'Those of the control.',
      absent: ABSENT,
      example: 'https://c.internal',
    }),
  })
  .optional()
  .meta({
    description:
      "Under which origins each target knows itself. They are treated as one: that each says its own in the same place, in a body or a header field, is no difference. So in any URL (ws and wss too, percent-encoded, or escaped), and for host and port as a word of their own. That a side says another's is a difference.",
    hazard: 'An origin that clients must not see goes unnoticed while the primary shows its own as well.',
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
        description: `${decodedMeta.description} auto: 8MiB; in a container with a memory limit a thirty-second of what the limit leaves for all edge threads, 1MiB at least.`,
      }),
    budget: budget.prefault('50ms'),
  })
  .prefault({})
  .meta({ description: 'How two responses are compared.' });

/** What a route may set for itself. */
export const routeCompare = z.strictObject(options).partial();
