import * as z from 'zod';
import { headerChanges } from './headers.ts';
import { exactlyOne } from './shape.ts';
import {
  choice,
  duration,
  flag,
  HEADER_NAME,
  headerName,
  integer,
  method,
  secret,
  share,
  size,
  text,
} from './values.ts';

/** What is said of a request by one of its header fields, or by a cookie. */
type NamedKey = { readonly by: 'header'; readonly name: string } | { readonly by: 'cookie'; readonly name: string };

const cookieName = text({
  noun: 'a cookie name',
  form: HEADER_NAME,
  allowed: 'a cookie name, such as session',
});

const keyed = (described: Readonly<Record<'header' | 'cookie', string>>) =>
  z
    .strictObject({
      header: headerName().optional().meta({ description: described.header }),
      cookie: cookieName.optional().meta({ description: described.cookie }),
    })
    .check(exactlyOne(['header', 'cookie']))
    .transform(
      ({ header, cookie }): NamedKey =>
        header === undefined ? { by: 'cookie', name: cookie! } : { by: 'header', name: header },
    );

const sampled = z.union([
  choice(['request', 'address']).transform((by): { by: 'request' } | { by: 'address' } => ({ by })),
  keyed({
    header: 'All requests with one value of this header, or none.',
    cookie: 'All requests with one value of this cookie, or none.',
  }),
]);

const ordered = z.union([
  choice(['connection', 'none']).transform((by): { by: 'connection' } | { by: 'none' } => ({ by })),
  keyed({ header: 'Those with one value of this header.', cookie: 'Those with one value of this cookie.' }),
]);

/** What the mirror decides for each request; a route may decide otherwise. */
export const decisions = {
  sample: share().meta({
    description: 'The share of requests that are copied. Those of 5% are among those of 10%.',
    hazard: 'The shadow, and what is behind it, gets this share of the live load on top of its own.',
    example: '10%',
  }),
  sampleBy: sampled.meta({
    description:
      'What is sampled: each request for itself, all or none of a client address, or all or none of what a header or cookie says. Requests without that header or cookie, or with an empty one, are copied only where the sample is 100%; understudy_requests_without_sample_key_total counts them.',
    example: { header: 'x-user-id' },
  }),
  methods: z
    .array(method())
    .min(1)
    .meta({
      description: 'The methods whose requests are copied.',
      hazard:
        'A copied write is carried out twice wherever primary and shadow share a database, a queue or a mail server.',
      example: ['GET', 'POST'],
    }),
  maxBody: size({ min: '0B', max: '256MiB' }).meta({
    description: 'The largest request body, and the largest response, that is copied and compared.',
    unit: 'bytes on the wire, after the framing is taken off',
    hazard: 'A large limit fills the buffer with few requests.',
    example: '64KiB',
  }),
};

const headers = headerChanges('copy')
  .prefault({})
  .meta({ description: 'What is changed in the head of a copy. The request to the primary is never changed by it.' });

const repeats = z
  .strictObject({
    rate: integer(1, 10_000).prefault('10').meta({
      description:
        'The most requests that are sent to primaries once more (calibrate, confirm) in a second, by all edge threads, services and routes together. Further ones are not repeated, counted in understudy_repeats_total.',
      unit: 'requests a second, for each process',
      hazard: 'Each is a request more for production.',
    }),
    atOnce: integer(1, 1_000).prefault('8').meta({
      description: 'The most such requests that are under way at once. Further ones are not repeated.',
      unit: 'requests for each edge thread',
      hazard: 'A primary that is slow has as many more at once.',
    }),
  })
  .prefault({})
  .meta({ description: 'The bounds of what calibrate and confirm send.' });

export const mirror = z
  .strictObject({
    enabled: flag().prefault('true').meta({
      description: 'Whether copies are sent at all when Understudy starts. The admin API switches it while it runs.',
    }),
    sample: decisions.sample.prefault('100%'),
    sampleBy: decisions.sampleBy.prefault('request'),
    rate: z
      .union([choice(['none']), integer(1, 100_000)])
      .prefault('none')
      .meta({
        description:
          'The most requests that are copied in a second, of those in the sample, by all edge threads and routes together, where each of several services has an equal part, and what the others leave; evenly spread, after a pause those of a tenth of a second at once. Further ones are skipped, reason rate_limited. none: as many as come.',
        unit: 'requests a second, for each process',
        hazard:
          'Under a sticky sample, what a rate leaves out is not all or none of a user. Every replica adds its own rate to the load on the shadow.',
        example: 50,
      }),
    methods: decisions.methods.prefault(['GET', 'HEAD']),
    timeout: duration().prefault('5s').meta({
      description:
        'How long a copy may take, from its sending to the last byte of the response; or half as long again as the primary took, where that is longer. Nothing ends it before the primary is done, but maxDuration and want of room (inFlight, buffer): then the request is skipped, reason primary_slow.',
      hazard: 'A hanging shadow holds each copy, and the memory for it, so long.',
    }),
    maxDuration: duration().prefault('2m').meta({
      description:
        'How long a request is held until the primary is done with it. One that takes longer, such as an event stream, is skipped, reason primary_slow.',
      hazard: 'Each long response takes one of inFlight so long, and what it has sent so far is held.',
    }),
    backlog: duration().prefault('30s').meta({
      description:
        'How long a pair may wait for its comparison. Older ones are skipped, reason compare_backlog, so that what is reported is of now.',
      hazard: 'Long, and after a burst the comparison is busy with pairs of long ago while newer ones are dropped.',
    }),
    order: ordered.prefault('connection').meta({
      description:
        'Whose requests reach the shadow (and, by itself, the control) in the order in which they were made: those of a client connection, or those with one value of a header or a cookie, on whatever connections of one edge thread (those without it: of a connection), or no ones. A copy waits until those before it are answered, whose responses the client had before it sent this request; what overlapped stays concurrent. It waits as long as timeout at most, and behind a quarter of inFlight and buffer, then the longest waiting one goes all the same, counted in understudy_copies_out_of_order_total.',
      hazard:
        'With none, copies overtake each other: a GET may reach the shadow before the POST that it asks about. With a header or a cookie and several edges, requests of one key on connections of different edge threads are not kept in order.',
      example: { header: 'x-session-id' },
    }),
    maxBody: decisions.maxBody.prefault('1MiB'),
    inFlight: integer(1, 65_535).prefault('256').meta({
      description:
        'Mirrored requests that are under way at once: from the complete request, waiting for its turn included, until shadow and control have answered. Further ones are skipped, reason in_flight_limit.',
      unit: 'requests for each edge thread',
      hazard: 'A slow shadow, or control, holds as many.',
    }),
    buffer: z
      .union([choice(['auto']), size({ min: '1MiB', max: '16GiB' })])
      .prefault('auto')
      .meta({
        description:
          'What the mirror may hold at once: the requests, and the responses of primary, shadow and control, with their heads. What does not fit is skipped, reason in_flight_limit. auto: 64MiB; in a container with a memory limit an eighth of what the limit leaves for all edge threads, 4MiB at least.',
        unit: 'bytes for each edge thread',
        hazard: 'Comes on top of the tapes in the memory that the process needs.',
      }),
    tape: z
      .union([choice(['auto']), size({ min: '64KiB', max: '1GiB' })])
      .prefault('auto')
      .meta({
        description:
          'The ring that carries copies from one thread to the next. When it is full, copies are dropped and counted; half of it is kept free for services that have little on it, where there are several. auto: 8MiB; in a container with a memory limit a thirty-second of what the limit leaves for all edge threads, 1MiB at least.',
        unit: 'bytes for each of the two tapes of an edge thread',
        hazard: 'Smaller than a few responses of maxBody, and bursts are dropped.',
      }),
    salt: secret({
      noun: 'a salt',
      form: /^[\x21-\x7e]{8,256}$/,
      allowed: '8 to 256 visible ASCII characters without spaces',
    })
      .prefault('understudy')
      .meta({
        description:
          'What sampling and the loop marker are salted with. The same on all replicas makes them sample the same clients.',
        hazard: 'With the default, a client who reads this can choose to be sampled, or not.',
      }),
    headers,
    calibrate: share().prefault('0%').meta({
      description:
        'The share of copied GET and HEAD requests that are sent to the primary once more, beside the copy to the shadow, to learn from its two responses what differs by itself. It is for services without a control, which has more to tell; those with one are not calibrated.',
      hazard: 'Production gets this share of its reads a second time, within the bounds of repeats.',
      example: '1%',
    }),
    confirm: flag().prefault('false').meta({
      description:
        'Whether the GET or HEAD request of a mismatch is sent once more to primary and shadow, a second later, to tell a mismatch that persists from one that was gone by then, such as a read that came before a write had arrived. Up to five requests of a signature are repeated.',
      hazard: 'Production and shadow get these requests a second time, within the bounds of repeats.',
    }),
    repeats,
  })
  .prefault({})
  .meta({ description: 'Which requests are copied to the shadow (and the control), and within which bounds.' });

/** What a route may set for itself. */
export const routeMirror = z.strictObject(decisions).partial();
