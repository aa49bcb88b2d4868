import * as z from 'zod';
import { DEFAULT_ADMIN } from '../address.ts';
import { alerts } from './alerts.ts';
import { compare } from './compare.ts';
import { experiments } from './experiments.ts';
import { exposure } from './exposure.ts';
import { grouping } from './grouping.ts';
import { mirror } from './mirror.ts';
import { network } from './network.ts';
import { redact } from './redact.ts';
import { rollout } from './rollout.ts';
import { routes } from './routes.ts';
import { services } from './services.ts';
import { shorthand } from './shape.ts';
import { shadowAt, target, targetAt } from './target.ts';
import { listenTls } from './tls.ts';
import {
  address,
  choice,
  duration,
  flag,
  integer,
  listenAddress,
  secret,
  share,
  size,
  storeUrl,
  text,
  value,
} from './values.ts';
import { verdict } from './verdict.ts';

const listen = shorthand(
  'address',
  z.strictObject({
    address: listenAddress().prefault('0.0.0.0:8080').meta({
      description: 'Where clients connect.',
      hazard:
        'Port 0 takes any free port, another one at each start. The umask decides who may connect to a Unix socket.',
    }),
    tls: listenTls,
  }),
).prefault({});

const admin = shorthand(
  'address',
  z.strictObject({
    address: address().prefault(DEFAULT_ADMIN).meta({
      description: 'Where the admin API, the dashboard and the metrics are served.',
      hazard: 'Whoever reaches it sees recorded exchanges. Any address but loopback needs a token.',
    }),
    token: secret({
      noun: 'a token',
      form: /^[A-Za-z0-9._~+/-]{16,256}=*$/,
      allowed: '16 to 256 letters, digits and . _ ~ + / -',
    })
      .optional()
      .meta({
        description:
          'The bearer token that every request to the admin address must carry, except to /livez and /readyz.',
        absent: 'no token is needed',
        example: `\${ADMIN_TOKEN}`,
      }),
  }),
).prefault({});

const MAX_EDGES = 64;

const edges = value<number | 'auto'>(
  {
    allowed: `auto, or a whole number from 1 to ${MAX_EDGES}`,
    json: { anyOf: [{ const: 'auto' }, { type: 'integer', minimum: 1, maximum: MAX_EDGES }] },
  },
  (written) => {
    if (written === 'auto') return { value: written };
    const count = /^\d+$/.test(written) ? Number(written) : 0;
    return count >= 1 && count <= MAX_EDGES ? { value: count } : { wrong: 'not a number of threads' };
  },
);

const threads = z
  .strictObject({
    mirrorNice: integer(0, 19).prefault('10').meta({
      description:
        'How many nice levels the mirror and compare threads, and the process that holds the store, are below the edge threads. It works on Linux only; elsewhere it has no effect, and the log says so.',
      hazard:
        'At 0, copies and their comparison take CPU time from clients when CPUs are short. At higher values copies are then late, or shed and counted, and without a control a shadow may look slower than it is.',
    }),
  })
  .prefault({})
  .meta({ description: 'Which threads go first when CPUs are short.' });

const client = z
  .strictObject({
    headTimeout: duration().prefault('10s').meta({
      description: 'How long a request head may take, from its first byte. After that the client gets a 408.',
      hazard:
        'If it is short, clients on bad lines are refused. If it is long, a few clients that send slowly can hold many connections.',
    }),
    bodyTimeout: duration().prefault('30s').meta({
      description: 'How long a request body, or a response to the client, may make no progress.',
      hazard: 'If it is shorter than the pauses of a mobile network, uploads are cut.',
    }),
    requestTimeout: duration().prefault('1h').meta({
      description:
        'How long a request may take, from its first byte to the end of its body, however steadily it comes.',
      hazard:
        'If it is shorter than the largest upload takes on a slow line, that upload is cut. If it is long, a body that is sent slowly holds a connection.',
    }),
    idleTimeout: duration().prefault('60s').meta({
      description: 'How long a connection may be silent before its first request, and between requests.',
      hazard:
        'If it is shorter than a load balancer in front keeps connections, the balancer uses connections that are just being closed.',
    }),
    upgradeTimeout: duration().prefault('1h').meta({
      description: 'How long a connection that was upgraded (to WebSocket, say) may be silent in both directions.',
      hazard: 'If it is shorter than the pause between two pings, quiet connections are cut.',
    }),
    halfClosed: choice(['waiting', 'gone']).prefault('waiting').meta({
      description:
        'What a client is that ends its side of the connection before its response is complete. waiting: it may still read (RFC 9112, section 9.6, permits it), so it gets its response. gone: it has left, as nginx, Envoy and the servers of Go and Node take it; what was asked of the primary is cancelled. A client that resets its connection is always gone.',
      hazard:
        'waiting: the primary goes on working for clients that left after a timeout of theirs, until it answers or takes longer than firstByte. gone: a client that ends its side and waits, as some scripts do, gets nothing.',
    }),
    connections: integer(1, 1_000_000).prefault('10000').meta({
      description:
        'How many client connections may be open at once. Further ones get a 503 with Retry-After. Each needs two descriptors, one of them for its connection to the primary. If the limit of open files (ulimit -n) allows fewer, this and the connections of the targets are lowered to what fits, and the log says so.',
      unit: 'connections per edge thread',
      hazard: 'Each open connection costs memory.',
    }),
    connectionsPerAddress: integer(1, 1_000_000).optional().meta({
      description:
        'How many connections one client address may have open at once. Further ones get a 503 with Retry-After. Trusted proxies are exempt.',
      unit: 'connections per edge thread',
      absent: 'there is no limit',
      hazard: 'One address may stand for a whole office, or for a load balancer that is not listed as trusted.',
      example: '100',
    }),
    requestsPerConnection: integer(1, 1_000_000_000).prefault('1000000').meta({
      description: 'After this many requests a connection is closed with Connection: close.',
      unit: 'requests',
      hazard: 'With a low number, clients open new connections often.',
    }),
    headerBytes: size({ min: '1KiB', max: '1MiB' }).prefault('64KiB').meta({
      description:
        'The largest header section of a request. A larger one gets a 431. (The header section of a response may have 128KiB and 512 fields; if it has more, the client gets a 502.)',
      hazard:
        "If it is too small for a client's cookies and tokens, that client is locked out. If it is larger than the target accepts, the target refuses.",
    }),
    headerCount: integer(1, 10_000).prefault('256').meta({
      description: 'The largest number of header fields of a request. A request with more gets a 431.',
      unit: 'fields',
      hazard: 'A low number locks out clients behind several proxies that each add fields.',
    }),
    targetBytes: size({ min: '256B', max: '1MiB' }).prefault('16KiB').meta({
      description: 'The longest request target (path and query). A longer one gets a 414.',
      hazard: 'If it is too short for the longest search or signed URL, that request is refused.',
    }),
    trustedProxies: z
      .array(network())
      .prefault([])
      .meta({
        description:
          'Trusted proxies in front, as addresses or networks. Their X-Forwarded-For is extended, and their X-Forwarded-Proto, X-Forwarded-Host, Forwarded and X-Request-Id are passed on. The same fields from any other client are overwritten.',
        hazard: 'Whoever is listed can pretend to be any client.',
        example: ['10.0.0.0/8', '::1'],
      }),
    proxyProtocol: flag().prefault('false').meta({
      description:
        'Whether each connection of a trusted proxy begins with a PROXY protocol header (version 1 or 2) that names the client. Connections without a valid one are closed. Connections of other clients begin with HTTP or TLS, as usual.',
      hazard: 'If this does not match what the load balancer does, none of its connections works.',
    }),
  })
  .prefault({})
  .meta({ description: 'Limits and trust for clients.' });

const store = shorthand(
  'path',
  z.strictObject({
    path: storeUrl().prefault('./understudy.db').meta({
      description:
        'The SQLite file of the results, as a file name or a URL: sqlite:./understudy.db, sqlite:///var/lib/understudy.db; or :memory:. Each proxy needs a file of its own. No other kind of database is supported.',
      hazard:
        'Its locks do not work on a network file system. What is in :memory:, results and rollbacks, is lost when the process ends.',
    }),
    retention: z
      .strictObject({
        age: duration({ min: '1m', max: '3650d' }).prefault('7d').meta({ description: 'How long results are kept.' }),
        size: size({ min: '1MiB', max: '1000GiB' }).prefault('1GiB').meta({
          description: 'How large the file may grow; then the oldest results go first.',
          hazard: 'The write-ahead log and free pages briefly take more: leave half as much again free on the disk.',
        }),
      })
      .prefault({})
      .meta({ description: 'What is deleted, and when.' }),
    flushInterval: duration({ min: '10ms', max: '1m' }).prefault('1s').meta({
      description: 'How often results are written.',
      hazard: 'What is not yet written is lost in a crash.',
    }),
  }),
).prefault({});

const access = shorthand(
  'format',
  z.strictObject({
    format: choice(['off', 'json', 'common', 'combined']).prefault('off').meta({
      description:
        'json: one JSON object per line. common, combined: the log formats of Apache. A request without a response has status -. A response that was not sent completely is marked client_aborted, primary_failed, candidate_failed or arm_failed, in the member cut, or as the second word of the line; so is, as shadow or arm, one that the shadow served in a rollout, or the target of an arm of an experiment (member servedBy).',
    }),
    sample: share().prefault('100%').meta({
      description: 'The share of requests that are logged, drawn at random.',
    }),
    file: text({ noun: 'a file name', form: /^[^\0]+$/, allowed: 'a file name' })
      .optional()
      .meta({
        description: 'The file that lines are appended to.',
        absent: 'they go to standard output, beside the log',
        hazard:
          'Lines that the disk does not take in time are dropped and counted. To rotate the file, move it away and send SIGHUP.',
        example: './access.log',
      }),
  }),
).prefault({});

const log = z
  .strictObject({
    level: choice(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).prefault('info').meta({
      description: 'The least severe messages that are logged.',
    }),
    format: choice(['auto', 'json', 'pretty']).prefault('auto').meta({
      description: 'One JSON object a line, or lines for people; auto is pretty on a terminal.',
    }),
    access: access.meta({
      description: 'A line for each client request; a format alone is short for {format: …}.',
    }),
  })
  .prefault({})
  .meta({ description: "The program's own log." });

const shutdown = z
  .strictObject({
    grace: duration({ min: '0s', max: '1h' }).prefault('5s').meta({
      description: 'How long new connections are still served after SIGTERM, while /readyz already fails.',
      hazard: 'If it is shorter than a load balancer takes to notice, clients are refused.',
    }),
    deadline: duration({ min: '0s', max: '1h' }).prefault('25s').meta({
      description: 'How long after SIGTERM exchanges that are still in flight are cut.',
      hazard:
        'If it is longer than the supervisor waits (30s in Kubernetes), the process is killed before results are written.',
    }),
  })
  .prefault({})
  .meta({ description: 'How the process ends.' });

/** The whole file. Every option is documented once, here: the reference and the JSON schema are generated from it. */
export const root = z.strictObject({
  listen: listen.meta({ description: 'The listener of the clients; an address alone is short for {address: …}.' }),
  admin: admin.meta({ description: 'The admin API; an address alone is short for {address: …}.' }),
  primary: targetAt('http://127.0.0.1:3000').meta({
    description: 'The production version, whose responses the clients get; a URL alone is short for {url: …}.',
  }),
  shadow: shadowAt('http://127.0.0.1:3001').meta({
    description:
      'The version under test; a URL alone is short for {url: …}. With none, nothing is copied: requests are skipped, reason no_shadow.',
    hazard: 'Whatever it writes, mails or charges is real, unless you prevent it.',
  }),
  control: target.optional().meta({
    description:
      'A second instance of the production version. It gets the same copies as the shadow, so that noise is measured ' +
      'place by place. Where it differs from the primary too, a difference of the shadow is noise as long as its value ' +
      'looks like the values of production (same class, similar size), and does not repeat where production never repeats.',
    absent: 'noise is not measured',
  }),
  rollout: rollout.meta({
    description:
      'The way from the primary to the shadow: which share of the users the shadow serves, and when it is rolled back. Copies of their requests then go to the primary.',
    absent: 'the primary serves all',
  }),
  experiments: experiments.meta({
    description: 'A/B experiments: arms of users get different header fields or targets, and what they do is compared.',
  }),
  services,
  edges: edges.prefault('1').meta({
    description:
      'Edge threads, each with a mirror thread and a compare thread of its own; auto is one for every two CPUs.',
    hazard: 'Limits per edge thread are multiplied by this number, and so is the memory.',
  }),
  threads,
  client,
  mirror,
  compare,
  routes,
  grouping,
  verdict,
  redact,
  store: store.meta({ description: 'Where results are kept; a file name or URL alone is short for {path: …}.' }),
  log,
  alerts,
  exposure: exposure.meta({
    description:
      'Where it is reported who took part in which experiment, once per user and experiment; a URL alone is short for {url: …}. Users are named by keyed hashes (redact.key).',
    absent: 'it is not reported',
  }),
  shutdown,
});

/** The file's content with defaults filled in and texts parsed. */
export type Settings = z.output<typeof root>;
