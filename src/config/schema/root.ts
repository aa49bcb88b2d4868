import * as z from 'zod';
import { DEFAULT_ADMIN } from '../address.ts';
import { alerts } from './alerts.ts';
import { compare } from './compare.ts';
import { grouping } from './grouping.ts';
import { mirror } from './mirror.ts';
import { network } from './network.ts';
import { redact } from './redact.ts';
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
      hazard: 'Port 0 takes any free port, another one at each start. A Unix socket is open to whom the umask lets.',
    }),
    tls: listenTls,
  }),
).prefault({});

const admin = shorthand(
  'address',
  z.strictObject({
    address: address().prefault(DEFAULT_ADMIN).meta({
      description: 'Where the admin API, the dashboard and the metrics are served.',
      hazard: 'Whoever reaches it sees recorded exchanges; off loopback it needs a token.',
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
        absent: 'none is asked for',
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
        'By how many steps of nice the priority of the mirror and compare threads, and of the process that holds the store, is below that of the edge threads. On Linux alone; elsewhere it has no effect, and the log says so.',
      hazard:
        '0: where CPUs are short, copies and their comparison take the time of clients. Higher: then copies come later, or are shed and counted, and without a control a shadow may look slower than it is.',
    }),
  })
  .prefault({})
  .meta({ description: 'Who goes first where CPUs are short.' });

const client = z
  .strictObject({
    headTimeout: duration().prefault('10s').meta({
      description: 'From the first byte of a request to the end of its head. Past it the client gets a 408.',
      hazard: 'Short values refuse clients on bad lines. Long ones let a few clients that drip hold many connections.',
    }),
    bodyTimeout: duration().prefault('30s').meta({
      description: 'Between two reads of a request body, or two writes of a response that make no progress.',
      hazard: 'Shorter than a mobile network pauses, and uploads are cut.',
    }),
    requestTimeout: duration().prefault('1h').meta({
      description: 'From the first byte of a request to the end of its body, however steadily it comes.',
      hazard:
        'Shorter than the largest upload takes on a slow line, and it is cut; longer, and a body that drips in holds a connection.',
    }),
    idleTimeout: duration().prefault('60s').meta({
      description: 'How long a connection may be silent before its first request, and between requests.',
      hazard:
        'Shorter than a balancer in front keeps it, and the balancer meets connections that are just being closed.',
    }),
    upgradeTimeout: duration().prefault('1h').meta({
      description: 'How long a connection that was upgraded (to WebSocket, say) may be silent in both directions.',
      hazard: 'Shorter than the pause between two pings, and quiet connections are cut.',
    }),
    connections: integer(1, 1_000_000).prefault('10000').meta({
      description:
        'Client connections that are open at once. Further ones get a 503 with Retry-After. Each needs two descriptors, one for its connection to the primary; where the limit of open files (ulimit -n) allows fewer, this and the connections of the targets are lowered to what fits, which the log says.',
      unit: 'connections for each edge thread',
      hazard: 'Each open connection costs memory.',
    }),
    connectionsPerAddress: integer(1, 1_000_000).optional().meta({
      description:
        'Connections that one client address may have open at once. Further ones get a 503 with Retry-After. Trusted proxies are exempt.',
      unit: 'connections for each edge thread',
      absent: 'there is no limit',
      hazard: 'Behind one address there may be a whole office, or a balancer that is not listed as trusted.',
      example: '100',
    }),
    requestsPerConnection: integer(1, 1_000_000_000).prefault('1000000').meta({
      description: 'After that many requests a connection is closed with Connection: close.',
      unit: 'requests',
      hazard: 'A low number costs a new connection for as many requests.',
    }),
    headerBytes: size({ min: '1KiB', max: '1MiB' }).prefault('64KiB').meta({
      description:
        'The largest header section of a request. A larger one gets a 431. (That of a response may have 128KiB and 512 fields; beyond, the client gets a 502.)',
      hazard:
        'Smaller than the cookies and tokens of some client, and it is locked out; larger than the target takes, and the target refuses.',
    }),
    headerCount: integer(1, 10_000).prefault('256').meta({
      description: 'The most header fields of a request. More get a 431.',
      unit: 'fields',
      hazard: 'A low number locks out clients behind proxies that each add fields of their own.',
    }),
    targetBytes: size({ min: '256B', max: '1MiB' }).prefault('16KiB').meta({
      description: 'The longest request target (path and query). A longer one gets a 414.',
      hazard: 'Shorter than the longest search or signed URL, and it is refused.',
    }),
    trustedProxies: z
      .array(network())
      .prefault([])
      .meta({
        description:
          'Proxies in front, as addresses or networks. Their X-Forwarded-For is appended to, their X-Forwarded-Proto, X-Forwarded-Host, Forwarded and X-Request-Id are passed on; those of anyone else are overwritten.',
        hazard: 'Whoever is listed can pretend to be any client.',
        example: ['10.0.0.0/8', '::1'],
      }),
    proxyProtocol: flag().prefault('false').meta({
      description:
        'Whether each connection of a trusted proxy begins with a PROXY protocol header (version 1 or 2) that names the client. Connections without a good one are closed; those of anyone else begin with HTTP or TLS, as ever.',
      hazard: 'Where it does not match what the balancer does, no connection of it gets through.',
    }),
  })
  .prefault({})
  .meta({ description: 'What clients may ask of the edge.' });

const store = shorthand(
  'path',
  z.strictObject({
    path: storeUrl().prefault('./understudy.db').meta({
      description:
        'The SQLite file of the results, of one proxy alone: by its name, or as a URL, sqlite:./understudy.db or sqlite:///var/lib/understudy.db; or :memory:. No other kind of database is supported.',
      hazard: 'On a network file system its locks do not hold; results of :memory: are gone with the process.',
    }),
    retention: z
      .strictObject({
        age: duration({ min: '1m', max: '3650d' }).prefault('7d').meta({ description: 'How long results are kept.' }),
        size: size({ min: '1MiB', max: '1000GiB' }).prefault('1GiB').meta({
          description: 'How large the file may grow; then the oldest results go first.',
          hazard: 'Write-ahead log and free pages come on top for a moment: leave the disk half as much again.',
        }),
      })
      .prefault({})
      .meta({ description: 'What is thrown away, and when.' }),
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
        'One JSON object a line, or the lines that Apache made common. A request without a response has status -. A response that was not sent to its end is marked, client_aborted or primary_failed, in cut, or as the second word of the line.',
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
          'Lines that the disk does not take in time are dropped and counted. To rotate it, move it away and send SIGHUP.',
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
      description: 'A line for each request that clients made; a format alone is short for {format: …}.',
    }),
  })
  .prefault({})
  .meta({ description: "The program's own log." });

const shutdown = z
  .strictObject({
    grace: duration({ min: '0s', max: '1h' }).prefault('5s').meta({
      description: 'After SIGTERM, how long new connections are still served while /readyz already fails.',
      hazard: 'Shorter than a balancer takes to notice, and clients are refused.',
    }),
    deadline: duration({ min: '0s', max: '1h' }).prefault('25s').meta({
      description: 'After SIGTERM, when whatever is still under way is cut.',
      hazard:
        'Longer than the supervisor waits (30s in Kubernetes), and the process is killed before results are written.',
    }),
  })
  .prefault({})
  .meta({ description: 'How the process ends.' });

/** The whole file. Every option is documented here, once: the reference and the JSON schema are made from it. */
export const root = z.strictObject({
  listen: listen.meta({ description: 'The listener of the clients; an address alone is short for {address: …}.' }),
  admin: admin.meta({ description: 'The admin API; an address alone is short for {address: …}.' }),
  primary: targetAt('http://127.0.0.1:3000').meta({
    description: 'The production version, whose responses the clients get; a URL alone is short for {url: …}.',
  }),
  shadow: shadowAt('http://127.0.0.1:3001').meta({
    description:
      'The version under test; a URL alone is short for {url: …}. With none, nothing is copied: requests are skipped, reason no_shadow.',
    hazard: 'Whatever it writes, mails or charges is real, unless it is kept from it.',
  }),
  control: target.optional().meta({
    description:
      'A second instance of the production version. It gets the same copies as the shadow, so that noise is measured, ' +
      'place by place: where it differs from the primary too, a difference of the shadow is noise while its value ' +
      'looks like those of production (same class, about as large), and does not repeat what production never repeats.',
    absent: 'noise is not measured',
  }),
  services,
  edges: edges.prefault('1').meta({
    description:
      'Edge threads, each with a mirror thread and a compare thread of its own; auto is one for every two CPUs.',
    hazard: 'Limits that hold for each edge thread are multiplied by it, and so is the memory.',
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
  shutdown,
});

/** The file's content with defaults filled in and texts parsed. */
export type Settings = z.output<typeof root>;
