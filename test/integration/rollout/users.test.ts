/** Who is served by which version, on real connections. */
import { expect, test } from 'vitest';
import { bucketOf } from '../../../src/edge/assignment.ts';
import { signOverride } from '../../../src/edge/override.ts';
import { sketchCount } from '../../../src/lib/sketch.ts';
import { valuesOf } from '../../support/message.ts';
import type { OriginScript } from '../../support/origin.ts';
import { get, rolloutStage } from '../../support/rollout-stage.ts';

const USERS = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);
const CONNECTIONS = 4;
/** Requests of one connection that are under way at once. */
const PIPELINED = 25;

type Stage = Awaited<ReturnType<typeof rolloutStage>>;

/** Who served each user. As a gateway before us, the clients put requests of many users on each connection. */
async function ask(stage: Stage, users: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const served = new Map<string, string>();
  const shares = Array.from({ length: CONNECTIONS }, (_, share) => users.filter((_, at) => at % CONNECTIONS === share));
  await Promise.all(
    shares.map(async (share) => {
      const client = await stage.connect();
      for (let from = 0; from < share.length; from += PIPELINED) {
        const batch = share.slice(from, from + PIPELINED);
        void client.send(batch.map((user) => get(user)).join(''));
        for (const user of batch) {
          const { status, body } = await client.response();
          expect(status).toBe(200);
          served.set(user, body.toString());
        }
      }
    }),
  );
  return served;
}

test('over all steps no user is served by another version without a step, and no request fails', async () => {
  const stage = await rolloutStage({ weight: 'stopped' });
  expect(new Set((await ask(stage, USERS.slice(0, 200))).values())).toEqual(new Set(['production']));
  let expected = 0;
  for (const weight of [100, 500, 2_500, 5_000, 10_000]) {
    stage.setWeight(weight);
    const served = await ask(stage, USERS);
    for (const [user, by] of served)
      expect(by).toBe(bucketOf(user, 'understudy') < weight ? 'candidate' : 'production');
    expected += [...served.values()].filter((by) => by === 'candidate').length;
  }
  const { candidate, slice, rest, chosen } = stage.sumOfArms();
  expect(candidate).toMatchObject({ answered: expected, error: 0, aborted: 0, fallbacks: 0 });
  expect(sketchCount(candidate.latency)).toBe(expected);
  expect(candidate.answered + slice.answered + rest.answered).toBe(200 + 5 * USERS.length);
  expect(chosen.answered).toBe(0);
  const compared = USERS.filter((user) => bucketOf(user, 'understudy') >= 9_900).length;
  expect(slice.answered).toBeGreaterThan(compared);
  stage.setWeight('stopped');
  expect(new Set((await ask(stage, USERS.slice(0, 200))).values())).toEqual(new Set(['production']));
});

test('answers on one connection come in the order of the requests, whichever version is slower', async () => {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const slow: OriginScript = {
    request: (_request, reply) => reply.stages(held, 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncandidate'),
  };
  const stage = await rolloutStage({ candidate: slow, weight: 5_000 });
  const inside = USERS.find((user) => bucketOf(user, 'understudy') < 5_000)!;
  const outside = USERS.find((user) => bucketOf(user, 'understudy') >= 5_000)!;
  const client = await stage.connect();
  void client.send([inside, outside, inside].map((user) => get(user)).join(''));
  await stage.candidate.received(1);
  resolve();
  const bodies = [await client.response(), await client.response(), await client.response()];
  expect(bodies.map(({ body }) => body.toString())).toEqual(['candidate', 'production', 'candidate']);
});

test('an override serves its tester until it expires, is counted apart, and is forwarded to nobody', async () => {
  const secret = 'a-secret-of-testers';
  const options = `{sticky: [{header: x-user}], override: {secret: ${secret}}}`;
  const stage = await rolloutStage({ options, weight: 0 });
  const client = await stage.connect();
  const by = async (value: string) => {
    void client.send(`GET / HTTP/1.1\r\nHost: a\r\nX-User: u\r\nX-Understudy-Serve: ${value}\r\n\r\n`);
    return (await client.response()).body.toString();
  };
  expect(await by(signOverride({ serves: 'shadow', users: 'real' }, Date.now() + 60_000, secret))).toBe('candidate');
  expect(await by(signOverride({ serves: 'shadow', users: 'real' }, Date.now() - 1_000, secret))).toBe('production');
  expect(await by(signOverride({ serves: 'shadow', users: 'real' }, Date.now() + 60_000, `${secret}!`))).toBe(
    'production',
  );
  for (const { rawHead } of [...stage.candidate.requests, ...stage.production.requests])
    expect(rawHead.toLowerCase()).not.toContain('x-understudy-serve');
  expect(stage.arm('chosen').answered).toBe(1);
  expect(stage.arm('candidate').answered).toBe(0);
});

test('cookies that try to be someone else change nothing for other users, and break nothing', async () => {
  const stage = await rolloutStage({ options: '{sticky: [{cookie: uid}], writes: allowed}', weight: 5_000 });
  const client = await stage.connect();
  const hostile = [
    ...['uid', 'uid=', '=', ';;;=;uid', 'uid==;', `uid=${'x'.repeat(10_000)}`, 'uid=\xff\xfe', '__proto__=1; uid=7'],
    ...['uid=a; uid=b', '"uid=a"', 'uid="a;b"', ` ${'; '.repeat(2_000)}uid=7`],
  ];
  for (const cookies of hostile) {
    const request = `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${cookies}\r\n\r\n`;
    void client.send(request + request);
    const [one, other] = [await client.response(), await client.response()];
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(one.body).toEqual(other.body);
  }
});

test('a tunnel goes to the version of its user, and stays there when that is rolled back', async () => {
  const upgrading = (name: string): OriginScript => ({
    head: (_head, reply) =>
      reply.raw(`HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n${name}\n`),
  });
  const stage = await rolloutStage({ production: upgrading('production'), candidate: upgrading('candidate') });
  const upgrade = `GET / HTTP/1.1\r\nHost: a\r\nX-User: u\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`;
  const open = async () => {
    const client = await stage.connect();
    void client.send(upgrade);
    expect((await client.response()).status).toBe(101);
    return { client, by: (await client.until('\n')).trim() };
  };
  const first = await open();
  expect(first.by).toBe('candidate');
  stage.setWeight('stopped');
  expect((await open()).by).toBe('production');
  stage.candidate.connections[0]!.socket.write('still here\n');
  expect(await first.client.until('\n')).toBe('still here\n');
});

test('test users are marked for the services behind, and count for nothing but themselves', async () => {
  const options =
    '{sticky: [{header: x-user}], cohorts: [{name: robots, when: {header: {x-role: robot}}, serves: shadow, test: true}]}';
  const stage = await rolloutStage({ options, weight: 10_000, mirror: {} });
  const client = await stage.connect();
  const ask = async (fields: string) => {
    void client.send(`GET / HTTP/1.1\r\nHost: a\r\nX-User: u\r\n${fields}\r\n`);
    return (await client.response()).body.toString();
  };
  const robot = 'X-Role: robot\r\nBaggage: tenant=7\r\n';
  expect(await ask(robot)).toBe('candidate');
  expect(await ask('')).toBe('candidate');
  stage.setWeight('stopped');
  expect(await ask(robot)).toBe('production');
  const baggage = [...stage.candidate.requests, ...stage.production.requests].map(({ fields }) =>
    valuesOf(fields, 'baggage').join(),
  );
  expect(baggage).toEqual(['tenant=7,synthetic=true', '', 'tenant=7,synthetic=true']);
  expect(stage.arm('test').answered).toBe(2);
  expect([stage.arm('candidate').answered, stage.arm('chosen').answered, stage.arm('rest').answered]).toEqual([
    1, 0, 0,
  ]);
  expect(stage.edge.endings()).toEqual({ 'skipped:test_user': 2 });
  const measured = ['primary', 'shadow'] as const;
  expect(measured.map((leg) => sketchCount(stage.edge.counts().lastByte(leg)))).toEqual([0, 0]);
});
