/** What the verdict does by itself, on evidence of real requests and their copies. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { command, isRolledBack, rolloutApi, USERS } from '../../support/release.ts';
import { type LogLine, startUnderstudy, type Understudy } from '../../support/understudy.ts';

const WHO = 'x-served-by';

interface Answer {
  readonly total?: number;
  readonly status?: number;
}

/** Milliseconds that each answer takes: so much that the machine's own delays make no difference. */
const TIME = 50;

/** A version that says in a header who it is. What it answers is looked up for each request. */
const version = (name: string, answer: () => Answer = () => ({})) =>
  startHttpOrigin(async (_request, response) => {
    const { total = 10, status = 200 } = answer();
    await delay(TIME);
    response.writeHead(status, { 'content-type': 'application/json', [WHO]: name }).end(JSON.stringify({ total }));
  });

interface Given {
  readonly candidate?: () => Answer;
  readonly mirror?: object;
  readonly advance?: 'verdict';
}

/** A rollout on its first step, which is judged by less than usual, and which no limit trips. */
async function started({ candidate: answer, mirror = {}, advance }: Given): Promise<Understudy> {
  const [production, candidate] = await Promise.all([version('production'), version('candidate', answer)]);
  const understudy = await startUnderstudy({
    ...{ primary: production.url, shadow: candidate.url },
    // A busy machine pauses copies, and then there is no pass.
    mirror: { pauseWhen: { eventLoopLag: 'none' }, ...mirror },
    compare: { rules: [{ header: WHO, ignore: true, reason: 'says who served' }] },
    verdict: { alpha: '10%', epsilon: '5%', margin: '100%', floor: '1s', minExchanges: 100 },
    store: { path: './understudy.db', flushInterval: '100ms' },
    rollout: {
      ...{ steps: ['50%', '100%'], hold: '0s', sticky: [{ cookie: 'uid' }] },
      ...{ margins: { errors: '10%' }, trip: { errors: '100%' }, ...(advance && { advance }) },
    },
  });
  // What reads the store has begun then: after a first answer that took long, the step would wait long for the next one.
  await (await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/verdict`)).json();
  expect((await command(understudy, 'start')).status).toBe(200);
  return understudy;
}

/** Who served the users, each of whom asks once, a few at a time. */
async function servers({ port }: Understudy): Promise<ReadonlySet<string | null>> {
  const served = new Set<string | null>();
  const ask = async (user: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/orders/7`, { headers: { cookie: `uid=${user}` } });
    await response.arrayBuffer();
    served.add(response.headers.get(WHO));
  };
  for (let at = 0; at < USERS.length; at += 20) await Promise.all(USERS.slice(at, at + 20).map(ask));
  return served;
}

/** Users go on asking until a line of the log says so. */
async function seen(understudy: Understudy, says: (line: LogLine) => boolean): Promise<LogLine> {
  while (!understudy.logs().some(says)) await servers(understudy);
  return understudy.logged(says);
}

/** Milliseconds: a step waits for the next verdict twenty times as long as the last one took. */
const PATIENT = 90_000;

test(
  'a step that is proven to be well is promoted without a person, to the weight of the next one',
  async () => {
    const understudy = await started({ advance: 'verdict' });
    expect(await servers(understudy)).toEqual(new Set(['production', 'candidate']));
    const promoted = await seen(understudy, ({ action }) => action === 'promote');
    expect(promoted).toMatchObject({
      by: 'verdict',
      msg: 'rollout: the candidate serves everybody',
      reason: expect.stringMatching(/^the verdict on the copies passes, and of .* requests of users 0 failed/),
    });
    expect(await servers(understudy)).toEqual(new Set(['candidate']));
    expect((await rolloutApi(understudy, '/history')).changes.map(({ action, by }) => `${action} by ${by}`)).toEqual([
      'promote by verdict',
      'start by ann',
    ]);
  },
  PATIENT,
);

test(
  'a candidate whose copies show other answers is rolled back by the verdict',
  async () => {
    const understudy = await started({ candidate: () => ({ total: 11 }) });
    expect(await seen(understudy, isRolledBack)).toMatchObject({
      by: 'verdict',
      reason: expect.stringContaining('$.total'),
    });
    expect(await servers(understudy)).toEqual(new Set(['production']));
  },
  PATIENT,
);

test('a candidate whose users get more errors than others is rolled back by the verdict, with no copy at all', async () => {
  let requests = 0;
  const understudy = await started({
    candidate: () => ({ status: requests++ % 2 === 0 ? 500 : 200 }),
    mirror: { enabled: false },
  });
  expect(await seen(understudy, isRolledBack)).toMatchObject({
    by: 'verdict',
    reason: expect.stringMatching(/^requests of users of the candidate fail more often: \d+ of .*, of production 0 of/),
  });
  expect(await servers(understudy)).toEqual(new Set(['production']));
});
