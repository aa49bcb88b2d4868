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
  .meta({ description: 'What is changed in the head of each request to this target. Answers are never changed.' });

const lenient = z
  .array(choice(['colon_space', 'chunk_padding', 'duplicate_length']))
  .prefault([])
  .meta({
    description:
      'What the responses of this target may have though HTTP forbids it, and other proxies let it pass: white space between the name of a field of the head (not of the trailers) and its colon; white space behind the size of a chunk; the same Content-Length more than once, as fields or as a list. It is read, and passed on, in the canonical form. Otherwise the client gets a 502, or, where the response has begun, a reset. Requests are never read so.',
    hazard:
      'Whoever reads such responses differently sees other responses than this proxy. Allow only what this target really sends, and only where nobody but its owner decides what that is.',
    example: ['colon_space'],
  });

const connections = integer(1, 1_000_000).optional().meta({
  description:
    'Connections that are open to this target at once. Each request and each copy under way takes one, long polls and event streams for as long as they last. Further requests wait for one as long as a connect may take, and then get a 503 with Retry-After; further copies are skipped, reason connection_limit.',
  unit: 'connections for each edge thread',
  absent: 'the primary may have client.connections, shadow and control each mirror.inFlight',
  hazard:
    'Fewer than there are streams open, and every other request waits for one of them to end. More than the target has descriptors, and it refuses.',
  example: '512',
});

const timeouts = z
  .strictObject({
    connect: duration().prefault('5s').meta({
      description: 'How long it may take to establish a connection. Past it the client gets a 504.',
      hazard: 'Shorter than a lost SYN takes to be sent again (1s), and one lost packet becomes a failure.',
    }),
    firstByte: duration().prefault('30s').meta({
      description: 'From the complete request to the first byte of the response. Past it the client gets a 504.',
      hazard: 'Shorter than the slowest honest response, and clients lose responses that were on their way.',
    }),
    idle: duration().prefault('60s').meta({
      description:
        'Between two reads of the response, or two writes of the request that make no progress. Past it the client gets a 504, or, where the response has begun, a reset.',
      hazard: 'Ends event streams and long polls that stay silent for longer.',
    }),
    total: duration().optional().meta({
      description:
        'From the start of an exchange, with the connection that it may need first, to the last byte of request and response. Past it the client gets a 504, or, where the response has begun, a reset. Copies have mirror.timeout as well.',
      absent: 'an exchange may last as long as it makes progress',
      hazard:
        'Ends uploads, downloads and event streams that take longer, though nothing is wrong with them, and responses that a client takes slowly. Upgraded connections are exempt.',
      example: '10m',
    }),
    keepAlive: duration({ min: '0s', max: '1d' }).prefault('30s').meta({
      description:
        'How long an unused connection is kept for the next request. With 0s each request has one of its own.',
      hazard:
        'Longer than the target keeps it, and requests meet connections that are just being closed. 0s costs each request a handshake, and a port for a minute.',
    }),
    connectionAge: duration({ min: '1s', max: '1d' }).prefault('5m').meta({
      description:
        'How old a connection may become that is used for further requests, so that load finds its way to new instances. What it carries then is finished.',
      hazard: 'Short values cost handshakes. Long ones keep the load on instances that have long had company.',
    }),
  })
  .prefault({})
  .meta({ description: 'How long this target may take.' });

const DESCRIPTION =
  'Where this version of the service listens; scheme, host, port, and a path if it is to stand before that of every request. New connections go round the addresses of a name, which is looked up again when its TTL is over (1s to 5m; 10s where none is known), and avoid for 10s one that could not be reached. Where that fails, or takes longer than 1.8s, the addresses known before serve on; a failed connect is tried once more on fresh ones.';

const HAZARD =
  'Behind a path, Location and Set-Cookie of the responses still name the paths that the target knows: they are passed on as they are.';

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
      'Which version it is. Results of each version are a rehearsal of their own: another version begins the next, and one that was there before goes on in the one that it had.',
    absent: 'all results are of one rehearsal, until one is begun by hand',
    example: '2.4.0',
  });

const versionFrom = z
  .strictObject({
    header: headerName().meta({
      description:
        'The field of the responses whose value is the version. Each copy counts for the version that its own response names; one without it, or without a response, for the present one. It is not compared.',
      hazard:
        'A value that each response has anew (a request id, a time) is no version: past 8 in use at once they are counted as the present one, with a warning in the log.',
      example: 'x-app-version',
    }),
  })
  .optional()
  .meta({
    description:
      'Where its version is read from. Beside it, version only says of which rehearsal results are until a response names one.',
    absent: 'it is what version says',
  });

/** A shadow that there may be none of, which is said in place of its URL. */
export const NO_TARGET = 'none';

const versioned = <Url extends z.ZodType>(url: Url) =>
  shorthand('url', z.strictObject({ ...of(url), version, versionFrom }));

/** The version under test, which has a version of its own. */
export const shadow = versioned(endpointOr(NO_TARGET).meta({ description: DESCRIPTION, hazard: HAZARD }));

export const shadowAt = (url: string) =>
  versioned(endpointOr(NO_TARGET).prefault(url).meta({ description: DESCRIPTION, hazard: HAZARD })).prefault({});
