import * as z from 'zod';
import { LONGEST_VERSION } from '../../model/rehearsal.ts';
import { headerChanges } from './headers.ts';
import { shorthand } from './shape.ts';
import { targetTls as tls } from './tls.ts';
import { choice, duration, endpoint, endpointOr, headerName, integer, text } from './values.ts';

const host = text({
  noun: 'a host',
  form: /^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/,
  allowed: 'host or host:port, such as orders.internal',
})
  .optional()
  .meta({
    description: 'The Host header that is sent to this target.',
    absent: "the client's Host is kept",
    example: 'orders.internal',
  });

const headers = headerChanges('request to this target')
  .prefault({})
  .meta({ description: 'Changes to the head of each request to this target. Responses are never changed.' });

const lenient = z
  .array(choice(['colon_space', 'chunk_padding', 'duplicate_length']))
  .prefault([])
  .meta({
    description:
      'Violations of HTTP that are accepted in responses of this target, as some other proxies do. colon_space: white space between the name of a head field (not a trailer) and its colon. chunk_padding: white space after the size of a chunk. duplicate_length: the same Content-Length several times, as fields or as a list. Such responses are passed on in canonical form. Without this option the client gets a 502, or, if the response has begun, a reset. Requests are never read this way.',
    hazard:
      'Another program may read such a response differently from this proxy (response splitting). Allow only what this target really sends, and only if nobody but its owner controls that.',
    example: ['colon_space'],
  });

const connections = integer(1, 1_000_000).optional().meta({
  description:
    'How many connections to this target may be open at once. Each request and each copy in flight takes one; long polls and event streams keep it as long as they last. Further requests wait for one as long as a connect may take, and then get a 503 with Retry-After. Further copies are skipped, reason connection_limit.',
  unit: 'connections per edge thread',
  absent: 'client.connections for the primary, mirror.inFlight each for shadow and control',
  hazard:
    'If there are fewer than open streams, all other requests wait for one of them to end. If there are more than the target has descriptors, the target refuses connections.',
  example: '512',
});

const timeouts = z
  .strictObject({
    connect: duration().prefault('5s').meta({
      description: 'How long it may take to establish a connection. After that the client gets a 504.',
      hazard: 'If it is shorter than the retransmission of a lost SYN (1s), one lost packet becomes a failure.',
    }),
    firstByte: duration().prefault('30s').meta({
      description:
        'How long the target may take from the complete request to the first byte of the response. After that the client gets a 504.',
      hazard: 'If it is shorter than the slowest legitimate response, clients lose responses.',
    }),
    idle: duration().prefault('60s').meta({
      description:
        'How long the response, or the sending of the request, may make no progress. After that the client gets a 504, or, if the response has begun, a reset.',
      hazard: 'Event streams and long polls that are silent for longer are ended.',
    }),
    total: duration().optional().meta({
      description:
        'How long an exchange may take, from its start, including a connect, to the last byte of request and response. After that the client gets a 504, or, if the response has begun, a reset. Copies are also limited by mirror.timeout.',
      absent: 'an exchange may last as long as it makes progress',
      hazard:
        'Healthy uploads, downloads and event streams that take longer are cut, and so are responses to slow clients. Upgraded connections are exempt.',
      example: '10m',
    }),
    keepAlive: duration({ min: '0s', max: '1d' }).prefault('30s').meta({
      description: 'How long an unused connection is kept for the next request. With 0s each request gets a new one.',
      hazard:
        'If it is longer than the target keeps connections, requests use connections that are just being closed. 0s costs each request a handshake, and a port for a minute.',
    }),
    connectionAge: duration({ min: '1s', max: '1d' }).prefault('5m').meta({
      description:
        'How long a connection is used for new requests, so that load reaches new instances. Exchanges in flight are finished.',
      hazard: 'Short values cost handshakes. With long ones, new instances get their share of the load late.',
    }),
  })
  .prefault({})
  .meta({ description: 'How long this target may take.' });

const DESCRIPTION =
  'Where this version of the service listens: scheme, host, port, and an optional path that is put before the path of every request. New connections rotate over the addresses of a name, and avoid an unreachable address for 10s. The name is looked up again when its TTL is over (1s to 5m; 10s if it is unknown). If the lookup fails or takes longer than 1.8s, the addresses known before are still used. A failed connect is tried once more on fresh addresses.';

const HAZARD =
  'With a path, Location and Set-Cookie in responses still name the paths that the target knows: they are passed on unchanged.';

const of = <Url extends z.ZodType>(url: Url) => ({ url, tls, host, headers, lenient, connections, timeouts });

const at = <Url extends z.ZodType>(url: Url) => shorthand('url', z.strictObject(of(url)));

/** A target whose URL must be written. */
export const target = at(
  endpoint().meta({ description: DESCRIPTION, hazard: HAZARD, example: 'http://127.0.0.1:3002' }),
);

export const targetAt = (url: string) =>
  at(endpoint().prefault(url).meta({ description: DESCRIPTION, hazard: HAZARD })).prefault({});

const version = text({
  noun: 'a version',
  form: /^[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?$/,
  allowed: `1 to ${LONGEST_VERSION} visible ASCII characters, such as 2.4.0 or a commit`,
})
  .optional()
  .meta({
    description:
      'The version under test. Results of each version form a rehearsal: a new version begins a new one, and a version that was there before continues its own.',
    absent: 'all results belong to one rehearsal, until one is begun by hand',
    example: '2.4.0',
  });

const versionFrom = z
  .strictObject({
    header: headerName().meta({
      description:
        'The header field of the responses whose value is the version. Each copy counts for the version that its own response names, or for the present version if there is no response or no such field. The field is not compared.',
      hazard:
        'A value that changes with each response (a request id, a time) is not a version: when more than 8 are in use at once, further ones count as the present version, and the log warns.',
      example: 'x-app-version',
    }),
  })
  .optional()
  .meta({
    description: 'Where the version is read from. If version is set too, it applies only until a response names one.',
    absent: 'the version is given by version',
  });

/** A shadow, or the word that says that there is none, in place of its URL. */
export const NO_TARGET = 'none';

const versioned = <Url extends z.ZodType>(url: Url) =>
  shorthand('url', z.strictObject({ ...of(url), version, versionFrom }));

/** The version under test, whose own version can be known. */
export const shadow = versioned(endpointOr(NO_TARGET).meta({ description: DESCRIPTION, hazard: HAZARD }));

export const shadowAt = (url: string) =>
  versioned(endpointOr(NO_TARGET).prefault(url).meta({ description: DESCRIPTION, hazard: HAZARD })).prefault({});
