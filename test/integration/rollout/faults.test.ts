/** A candidate that fails while it serves users: what falls back to production, and what does not. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import { bucketOf } from '../../../src/edge/assignment.ts';
import { COPY_FRAME, readRequest } from '../../../src/tape/copy-frames.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { certificate, identity } from '../../support/certificates.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import type { OriginScript } from '../../support/origin.ts';
import { get, rolloutStage } from '../../support/rollout-stage.ts';

type Stage = Awaited<ReturnType<typeof rolloutStage>>;

const resetting: OriginScript = { request: (_request, reply) => reply.reset() };
const hanging: OriginScript = { request: () => {} };
const echoing: OriginScript = { request: ({ body }, reply) => reply.send({ body: `production: ${body.length}` }) };

async function asked(stage: Stage, bytes: string) {
  const client = await stage.connect();
  void client.send(bytes);
  return client.response();
}

async function listenOn(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThisTest(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Nobody listens there any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listenOn(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const USERS = Array.from({ length: 50 }, (_, index) => `user-${index}`);

const NONE = { answered: 0, error: 0, aborted: 0, unanswered: 0, fallbacks: 0, failed: 0 };

const refusing = async () => ({ candidateAt: { port: await closedPort() }, production: echoing });

test.each([
  ['a request without a body', get('u'), 'production: 0', 'candidate_failed'],
  [
    'a body of known length',
    `POST / HTTP/1.1\r\nHost: a\r\nX-User: u\r\nContent-Length: 5\r\n\r\nhello`,
    'production: 5',
    'skipped:method',
  ],
  [
    'a chunked body, larger than any buffer',
    `POST / HTTP/1.1\r\nHost: a\r\nX-User: u\r\nTransfer-Encoding: chunked\r\n\r\n7a120\r\n${'x'.repeat(500_000)}\r\n0\r\n\r\n`,
    'production: 500000',
    'skipped:method',
  ],
])(
  '%s goes to production when the candidate refuses connections, and is counted',
  async (_what, bytes, expected, ending) => {
    const stage = await rolloutStage({ ...(await refusing()), mirror: {} });
    const { status, body } = await asked(stage, bytes);
    expect([status, body.toString()]).toEqual([200, expected]);
    expect(stage.arm('candidate')).toEqual({ ...NONE, answered: 1, fallbacks: 1, failed: 1 });
    expect(stage.sumOfArms().candidate.latency.every((count) => count === 0)).toBe(true);
    expect(stage.edge.endings()).toEqual({ [ending]: 1 });
    expect(stage.edge.notices.map(({ message }) => message)).toContain(
      'the shadow could not take a request: the primary serves it',
    );
  },
);

test('a request that may be repeated goes to production when the candidate resets its connection', async () => {
  const stage = await rolloutStage({ candidate: resetting });
  expect((await asked(stage, get('u'))).body.toString()).toBe('production');
  expect(stage.arm('candidate')).toEqual({ ...NONE, answered: 1, fallbacks: 1, failed: 1 });
});

test('a request that may be repeated goes to production when the candidate refuses our certificate', async () => {
  const asking = createTlsServer({ ...identity('local'), requestCert: true, ca: certificate('ca') }, () => {});
  const port = await listenOn(asking);
  const tls = { ca: certificate('ca'), insecure: false };
  const stage = await rolloutStage({ candidateAt: { port, protocol: 'https', tls } });
  expect((await asked(stage, get('u'))).body.toString()).toBe('production');
  expect(stage.arm('candidate')).toEqual({ ...NONE, answered: 1, fallbacks: 1, failed: 1 });
});

test('a write that the candidate may have carried out is not repeated: its failure is the client’s', async () => {
  const stage = await rolloutStage({ candidate: resetting });
  const write = `POST / HTTP/1.1\r\nHost: a\r\nX-User: u\r\nContent-Length: 2\r\n\r\nhi`;
  expect((await asked(stage, write)).status).toBe(502);
  expect(stage.production.requests.length).toBe(0);
  expect(stage.arm('candidate')).toEqual({ ...NONE, error: 1, failed: 1 });
  expect(stage.edge.endings()).toEqual({ candidate_failed: 1 });
});

test('a request that finds no connection to the candidate free goes to production', async () => {
  const clock = new ManualClock(1_000);
  const stage = await rolloutStage({ candidate: hanging, target: { connections: 1 }, clock });
  const waiting = await stage.connect();
  void waiting.send(get('u'));
  await stage.candidate.received(1);
  const second = await stage.connect();
  void second.send(get('v'));
  await expect
    .poll(() => {
      clock.advance(1_000);
      stage.edge.context.deadlines.sweep();
      return stage.production.requests.length;
    })
    .toBe(1);
  expect((await second.response()).body.toString()).toBe('production');
  expect(stage.arm('candidate').fallbacks).toBe(1);
});

test('a candidate that hangs costs its own users a 504, and production none', async () => {
  const clock = new ManualClock(1_000);
  const stage = await rolloutStage({ candidate: hanging, weight: 5_000, clock });
  const client = await stage.connect();
  const [inside, outside] = [true, false].map((isIn) =>
    USERS.find((user) => bucketOf(user, 'understudy') < 5_000 === isIn),
  );
  void client.send(get(inside!));
  await stage.candidate.received(1);
  expect((await asked(stage, get(outside!))).body.toString()).toBe('production');
  clock.advance(60_000);
  stage.edge.context.deadlines.sweep();
  expect((await client.response()).status).toBe(504);
  expect(stage.arm('candidate')).toEqual({ ...NONE, error: 1, failed: 1 });
  expect(stage.edge.endings()).toMatchObject({ candidate_failed: 1 });
});

test('a request that neither version answers is one failure, whoever was to answer it first', async () => {
  const stage = await rolloutStage({ ...(await refusing()), production: resetting });
  expect((await asked(stage, get('u'))).status).toBe(502);
  expect(stage.arm('candidate')).toEqual({ ...NONE, error: 1, fallbacks: 1, failed: 1 });
});

test('users who leave a hanging candidate are counted before its timeout', async () => {
  const stage = await rolloutStage({ candidate: hanging });
  const client = await stage.connect();
  void client.send(get('u'));
  await stage.candidate.received(1);
  client.reset();
  await expect.poll(() => stage.arm('candidate')).toEqual({ ...NONE, aborted: 1 });
});

const upload = `POST / HTTP/1.1\r\nHost: a\r\nX-User: u\r\nContent-Length: 9\r\n\r\nhalf`;
const halfAnswering: OriginScript = {
  request: (_request, reply) => reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'),
};

test.each([
  ['after longer than anybody should wait', 801, get('u'), hanging, { unanswered: 1, failed: 1 }],
  ['before that', 799, get('u'), hanging, { aborted: 1 }],
  ['in the middle of the answer', 801, get('u'), halfAnswering, { aborted: 1 }],
  ['in the middle of what they send', 801, upload, hanging, { aborted: 1 }],
])(
  'users who leave a hanging candidate %s: whose failure that is',
  async (_when, after, bytes, candidate, expected) => {
    const clock = new ManualClock(1_000);
    const stage = await rolloutStage({ candidate, clock });
    stage.setPatience(800);
    const client = await stage.connect();
    void client.send(bytes);
    await (bytes === upload
      ? expect.poll(() => stage.candidate.connections.length).toBe(1)
      : stage.candidate.received(1));
    if (candidate === halfAnswering) await client.until('half');
    clock.advance(after);
    client.reset();
    await expect.poll(() => stage.arm('candidate')).toEqual({ ...NONE, ...expected });
  },
);

test('a response of the candidate that is cut in the middle is cut for the client, and is an error', async () => {
  const half: OriginScript = {
    request: async (_request, reply) => {
      await reply.raw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
      reply.reset();
    },
  };
  const stage = await rolloutStage({ candidate: half, mirror: {} });
  const client = await stage.connect();
  void client.send(get('u'));
  await expect.poll(() => stage.arm('candidate').error).toBe(1);
  expect((await client.closed()).rest).not.toContain('production');
  expect(stage.edge.endings()).toEqual({ candidate_failed: 1 });
});

test.each(['5xx', '4xx'])('an answer of %s is an error where it is the fault of the server', async (kind) => {
  const status = kind === '5xx' ? 503 : 404;
  const stage = await rolloutStage({ candidate: { request: (_request, reply) => reply.send({ status }) } });
  expect((await asked(stage, get('u'))).status).toBe(status);
  expect(stage.arm('candidate')).toMatchObject({ error: status === 503 ? 1 : 0, answered: status === 503 ? 0 : 1 });
});

test('what is under way at a rollback ends where it is, and what comes next goes to production at once', async () => {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const streaming: OriginScript = {
    request: ({ body }, reply) =>
      reply.stages(
        'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\ncandi',
        held,
        `date:${String(body.length).padStart(4)}`,
      ),
  };
  const stage = await rolloutStage({ candidate: streaming });
  const [stream, upload] = [await stage.connect(), await stage.connect()];
  void stream.send(get('u'));
  void upload.send(`POST / HTTP/1.1\r\nHost: a\r\nX-User: u\r\nContent-Length: 9\r\n\r\nhalf`);
  await expect.poll(() => stage.candidate.connections.length).toBe(2);
  await stage.candidate.received(1);
  stage.setWeight('stopped');
  expect((await asked(stage, get('u'))).body.toString()).toBe('production');
  void upload.send('other');
  await stage.candidate.received(2);
  resolve();
  expect((await stream.response()).body.toString()).toBe('candidate:   0');
  expect((await upload.response()).body.toString()).toBe('candidate:   9');
  expect(stage.production.requests.length).toBe(1);
  void stream.send(get('u'));
  expect((await stream.response()).body.toString()).toBe('production');
});

test('what the candidate serves is copied to production, but writes only where they may be carried out there as well', async () => {
  const methods = ['GET', 'POST'];
  const stage = await rolloutStage({ mirror: { methods } });
  await asked(stage, get('u', '/read'));
  await asked(stage, `POST /write HTTP/1.1\r\nHost: a\r\nX-User: u\r\nContent-Length: 0\r\n\r\n`);
  expect(copiesOf(stage)).toEqual(['/read: shadow → primary']);
  expect(stage.edge.endings()).toEqual({ 'skipped:method': 1 });
  const options = '{sticky: [{header: x-user}], writes: allowed, reverse: {methods: [POST]}}';
  const writing = await rolloutStage({ mirror: { methods }, options });
  await asked(writing, `POST /write HTTP/1.1\r\nHost: a\r\nX-User: u\r\nContent-Length: 0\r\n\r\n`);
  expect(copiesOf(writing)).toEqual(['/write: shadow → primary']);
});

test('a marked copy is served by production, and copied by nobody', async () => {
  const stage = await rolloutStage({ mirror: {} });
  const copy = `GET / HTTP/1.1\r\nHost: a\r\nX-User: u\r\nX-Understudy-Copy: marker\r\n\r\n`;
  expect((await asked(stage, copy)).body.toString()).toBe('production');
  expect(stage.edge.endings()).toEqual({ 'skipped:loop': 1 });
});

test('a reload that adds, changes or takes away the rollout fails no request', async () => {
  const stage = await rolloutStage({ weight: 10_000 });
  const client = await stage.connect();
  const by = async () => {
    void client.send(get('u'));
    return (await client.response()).body.toString();
  };
  const { context } = stage.edge;
  const { config, routeRows } = context.settings;
  expect(await by()).toBe('candidate');
  const [{ rollout: _, candidate: __, ...service }] = config.services as [(typeof config.services)[0]];
  context.configure({ config: { ...config, services: [service!] }, routeRows });
  expect(await by()).toBe('production');
  context.configure({ config, routeRows });
  expect(await by()).toBe('candidate');
});

function copiesOf(stage: Stage): string[] {
  const found: string[] = [];
  new TapeReader(stage.edge.tape).read((kind, _exchange, bytes, start, end) => {
    if (kind !== COPY_FRAME.request) return;
    const { head, servedBy, copies } = readRequest(bytes, start, end);
    found.push(`${head.target}: ${servedBy} → ${copies.join()}`);
  }, Number.POSITIVE_INFINITY);
  return found;
}
