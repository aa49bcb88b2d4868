import * as z from 'zod';
import { headerChanges } from './headers.ts';
import { keyed } from './keys.ts';
import { choice, duration, flag, integer, method, secret, share, size } from './values.ts';

const sampled = z.union([
  choice(['request', 'address']).transform((by): { by: 'request' } | { by: 'address' } => ({ by })),
  keyed({
    header: 'Requests with the same value of this header: all or none are sampled.',
    cookie: 'Requests with the same value of this cookie: all or none are sampled.',
  }),
]);

const ordered = z.union([
  choice(['connection', 'none']).transform((by): { by: 'connection' } | { by: 'none' } => ({ by })),
  keyed({
    header: 'Requests with the same value of this header.',
    cookie: 'Requests with the same value of this cookie.',
  }),
]);

/** What the mirror decides for each request. A route may override it. */
export const decisions = {
  sample: share().meta({
    description: 'The share of requests that are copied. A request that is in the sample at 5% is also in it at 10%.',
    hazard: 'The shadow, and everything behind it, gets this share of the live load in addition to its own.',
    example: '10%',
  }),
  sampleBy: sampled.meta({
    description:
      'What is sampled: each request by itself, or all or none of the requests of a client address, or all or none of the requests with one value of a header or cookie. Requests without that header or cookie, or with an empty one, are copied only if the sample is 100%; understudy_requests_without_sample_key_total counts them.',
    example: { header: 'x-user-id' },
  }),
  methods: z
    .array(method())
    .min(1)
    .meta({
      description: 'The methods whose requests are copied.',
      hazard: 'If primary and shadow share a database, a queue or a mail server, a copied write is carried out twice.',
      example: ['GET', 'POST'],
    }),
  maxBody: size({ min: '0B', max: '256MiB' }).meta({
    description: 'The largest request body, and the largest response body, that is copied and compared.',
    unit: 'bytes on the wire, without framing',
    hazard:
      'With a large limit, few requests can fill the buffer. Responses that together are larger than tape are skipped, reason too_large.',
    example: '64KiB',
  }),
};

const headers = headerChanges('copy')
  .prefault({})
  .meta({ description: 'Changes to the head of a copy. They never affect the request to the primary.' });

const pauseWhen = z
  .strictObject({
    eventLoopLag: z
      .union([choice(['none']), duration({ min: '5ms', max: '10s' })])
      .prefault('50ms')
      .meta({
        description:
          'The copies of an edge thread are paused when its event loop is later than this, on average, for what comes at any moment, in each of two seconds in a row. none: never.',
        hazard:
          'Clients wait as long as the event loop is late, before copies give way. If the limit is low, nothing is learned of the shadow at the hours with most requests.',
        example: '20ms',
      }),
    primaryP99: z
      .union([choice(['none']), duration()])
      .prefault('none')
      .meta({
        description:
          'The copies of a service are paused when its primary takes longer than this, to the first byte of the response, for more than one in a hundred requests, in each of two windows in a row. A window has at least a hundred requests, or lasts for a minute. Requests that were given up without a response count as slow. none: never.',
        hazard:
          'If production is often this slow by itself, little is copied. With several services, the limit is the same for all of them; each is measured by itself.',
        example: '250ms',
      }),
  })
  .prefault({})
  .meta({
    description:
      'When copies are paused to relieve clients. Requests are skipped then, reason paused; log, /api/v1/mirror and understudy_mirror_paused tell why. Copies go on when every reading for ten seconds was below half of the limit, or for twice as long each time that they have to be paused again within a minute, up to five minutes. No request is repeated to the primary (confirm) meanwhile. Times that are measured while a limit is exceeded are no evidence.',
  });

const repeats = z
  .strictObject({
    rate: integer(1, 10_000).prefault('10').meta({
      description:
        'How many requests a second are sent to primaries once more (calibrate, confirm), at most, for all edge threads, services and routes together. Further ones are not repeated; understudy_repeats_total counts them.',
      unit: 'requests a second, per process',
      hazard: 'Each is an additional request to production.',
    }),
    atOnce: integer(1, 1_000).prefault('8').meta({
      description: 'How many such requests may be in flight at once. Further ones are not repeated.',
      unit: 'requests per edge thread',
      hazard: 'A slow primary has this many more requests at once.',
    }),
  })
  .prefault({})
  .meta({ description: 'Limits on what calibrate and confirm send.' });

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
          'How many of the sampled requests are copied in a second, at most, for all edge threads and routes together. Several services have equal parts, and each may use what the others leave. Copies are spread evenly; after a pause, those of a tenth of a second may go at once. Further requests are skipped, reason rate_limited. none: no limit.',
        unit: 'requests a second, per process',
        hazard:
          'The rate also cuts into a sticky sample: a user may then be copied in part. Every replica adds its own rate to the load on the shadow.',
        example: 50,
      }),
    methods: decisions.methods.prefault(['GET', 'HEAD']),
    timeout: duration().prefault('5s').meta({
      description:
        'How long a copy may take, from its sending to the last byte of the response; or 1.5 times as long as the primary took, if that is longer. Before the primary is done, a copy is ended only by maxDuration, or when there is no more room (inFlight, buffer): the request is then skipped, reason primary_slow.',
      hazard: 'A hanging shadow holds each copy and its memory for this long.',
    }),
    maxDuration: duration().prefault('2m').meta({
      description:
        'How long a request is held until the primary is done with it. One that takes longer, such as an event stream, is skipped, reason primary_slow.',
      hazard: 'Each long response counts toward inFlight for this long, and what was received of it is held in memory.',
    }),
    backlog: duration().prefault('30s').meta({
      description:
        'How long a pair may wait for its comparison. Older ones are skipped, reason compare_backlog, so that reports are up to date.',
      hazard: 'If it is long, the comparison works on old pairs after a burst while newer ones are dropped.',
    }),
    order: ordered.prefault('connection').meta({
      description:
        'Which requests reach the shadow (and, independently, the control) in the order in which they were made. connection: those of one client connection. header or cookie: those with the same value, on any connection of one edge thread; requests without it are ordered by connection. none: no order. A copy waits for the responses to earlier copies if the client had the responses to their requests before it sent this one; requests that overlapped stay concurrent. A copy waits no longer than timeout. When waiting copies take a quarter of inFlight or buffer, those that have waited longest are sent anyway, until half of that is free. understudy_copies_out_of_order_total counts these.',
      hazard:
        'With none, copies overtake each other: a GET may reach the shadow before the POST whose result it reads. With a header or a cookie and several edge threads, requests with the same value on connections of different edge threads are not kept in order.',
      example: { header: 'x-session-id' },
    }),
    maxBody: decisions.maxBody.prefault('1MiB'),
    inFlight: integer(1, 65_535).prefault('256').meta({
      description:
        'How many mirrored requests may be in flight at once. A request counts from when it is complete, including the wait for its turn, until shadow and control have responded. Further ones are skipped, reason in_flight_limit.',
      unit: 'requests per edge thread',
      hazard: 'A slow shadow or control has this many requests open.',
    }),
    memory: z
      .union([choice(['auto']), size({ min: '12MiB', max: '1024GiB' })])
      .prefault('auto')
      .meta({
        description:
          'How much of requests and responses is held at most, by all threads together: the tapes, the buffers, what is being compared, and the examples that wait to be written. It is divided among them; what tape and buffer say for themselves must fit into it. auto: 96MiB for each edge thread; in a container with a memory limit, five sixteenths of what the limit leaves, if that is less. understudy_mirror_memory_bytes shows what is held.',
        unit: 'bytes, per process',
        hazard:
          'If it is small, more copies are skipped (in_flight_limit, tape_full, compare_backlog). The process needs its own memory in addition.',
        example: '64MiB',
      }),
    buffer: z
      .union([choice(['auto']), size({ min: '1MiB', max: '16GiB' })])
      .prefault('auto')
      .meta({
        description:
          'How much the mirror may hold at once: requests, and the responses of primary, shadow and control, with their heads. Requests that do not fit are skipped, reason in_flight_limit. auto: what the other parts leave of memory: 48MiB by default.',
        unit: 'bytes per edge thread',
        hazard: 'If memory is auto, the process needs that much more.',
      }),
    tape: z
      .union([choice(['auto']), size({ min: '64KiB', max: '1GiB' })])
      .prefault('auto')
      .meta({
        description:
          'The ring that carries copies from one thread to the next. When it is full, copies are dropped and counted. With several services, half of it is reserved for those that use little of it. auto: a twelfth of memory: 8MiB by default.',
        unit: 'bytes for each of the two tapes per edge thread',
        hazard: 'If it is smaller than a few responses of maxBody, bursts are dropped.',
      }),
    salt: secret({
      noun: 'a salt',
      form: /^[\x21-\x7e]{8,256}$/,
      allowed: '8 to 256 visible ASCII characters without spaces',
    })
      .prefault('understudy')
      .meta({
        description:
          'The salt of sampling and of the loop marker. Replicas with the same seed sample the same clients.',
        hazard: 'With the default seed, a client who knows it can choose whether to be sampled.',
      }),
    headers,
    pauseWhen,
    calibrate: share().prefault('0%').meta({
      description:
        'The share of copied GET and HEAD requests that are sent to the primary once more, beside the copy to the shadow, to learn from its two responses what differs by itself. Only services without a control are calibrated; a control shows more.',
      hazard: 'Production gets this share of its reads a second time, within the bounds of repeats.',
      example: '1%',
    }),
    confirm: flag().prefault('false').meta({
      description:
        'Whether the GET or HEAD request of a mismatch is sent once more to primary and shadow, a second later, to tell a persistent mismatch from a transient one, such as a read that reached the shadow before a write. Up to five requests per signature are repeated.',
      hazard: 'Production and shadow get these requests a second time, within the bounds of repeats.',
    }),
    repeats,
  })
  .prefault({})
  .meta({ description: 'Which requests are copied to the shadow (and the control), and within which limits.' });

/** What a route may set for itself. */
export const routeMirror = z.strictObject(decisions).partial();
